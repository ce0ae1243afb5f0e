"""A display that can't do OpenGL shows the window and the flow all the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

DRAWS = """
from PySide6.QtCore import QSize
from PySide6.QtGui import QOpenGLContext
from PySide6.QtWidgets import QWidget
from app.desktop import application
from app.pictures import PICTURES
from app.stage import Stage
from db.session import temporary_store
from engine.sample import set_up
from engine.workspace import Workspace
application()
print("opengl", QOpenGLContext().create())
with temporary_store() as store:
    workspace = Workspace(store)
    set_up(workspace, 0)
    stage = Stage(workspace, 0, QSize(1280, 800), "practice.db")
    for name in ("builder-build", "builder-performance"):
        next(each for each in PICTURES if each.name == name).bring(stage)
        image = stage.draw(1).toImage()
        seen = {image.pixel(x, y) for x in range(200, 1280, 4) for y in range(100, 800, 4)}
        print(name, stage.window.isVisible(), len(seen) > 20)
        every = stage.window.findChildren(QWidget)
        print([each.objectName() for each in every if each.inherits("QOpenGLWidget")])
    stage.close()
"""


def test_the_window_comes_up_and_the_flow_is_drawn() -> None:
    without = {key: value for key, value in os.environ.items() if "DISPLAY" not in key}
    broken = {"QT_QPA_PLATFORM": "offscreen", "LIBGL_DRIVERS_PATH": "/nowhere"}
    done = subprocess.run(
        [sys.executable, "-c", DRAWS], cwd=ROOT, env=without | broken, capture_output=True,
        text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.stdout.splitlines() == [
        "opengl False", "builder-build True True", "[]", "builder-performance True True", "[]",
    ], done.stderr  # fmt: skip
