// SPDX-License-Identifier: GPL-3.0-or-later
// A canvas in a window of its own, driven with mouse and keys.
#pragma once

#include <algorithm>
#include <QLineEdit>
#include <QtTest>

#include "tests/ui/built_catalogue.h"
#include "ui/canvas/canvas_panel.h"

namespace kelter::test {

using namespace kelter::ui;

// source -> rtn -> perplexity, a text, a depth pruning; far enough apart to be hit.
inline const char* small_document = R"({"kelter": 1, "nodes": [
  {"id": "model", "step": "source.model", "parameters": {"path": "m.gguf"}, "x": 0, "y": 0},
  {"id": "text", "step": "source.text", "parameters": {"path": "t.txt"}, "x": 0, "y": 160},
  {"id": "rtn", "step": "quant.rtn", "parameters": {}, "x": 320, "y": 0},
  {"id": "depth", "step": "prune.depth", "parameters": {}, "x": 320, "y": 160},
  {"id": "perplexity", "step": "measure.perplexity", "parameters": {"text": "t.txt"}, "x": 640, "y": 80}],
  "links": [["model.model", "rtn.model"]]})";

// A window with a canvas, shown and active.
struct Window {
  EngineBridge bridge;
  Workbench bench{catalogue(), bridge};
  CanvasPanel panel{bench};

  explicit Window(const char* json = small_document, QSize size = {1100, 720}) {
    if (json) load(Document::from_json(Json::parse(json), "test"));
    panel.resize(size);
    panel.show();
    panel.activateWindow();
    if (!QTest::qWaitForWindowActive(&panel)) qFatal("the window does not become active");
    panel.view().set_zoom(1);
    if (json) panel.view().fit();
    panel.view().setFocus();
    // The mouse rests where nothing is.
    QTest::mouseMove(viewport(), {2, 2});
  }

  void load(Document document) { bench.document.replace(std::move(document), {}); }
  const Document& document() const { return bench.document.document(); }
  QUndoStack& undo() { return bench.document.undo_stack(); }
  CanvasView& view() { return panel.view(); }
  CanvasScene& scene() { return panel.scene(); }
  QWidget* viewport() { return panel.view().viewport(); }
  NodeItem* node(const char* id) { return scene().node(id); }

  QPoint at(const QPointF& place) { return view().mapFromScene(place); }
  QPoint port(const char* id, const char* name, bool input) { return at(node(id)->port(name, input)->scenePos()); }
  QPoint body(const char* id) { return at(node(id)->scene_card().topLeft() + QPointF(90, 20)); }

  void press(const QPoint& place, Qt::KeyboardModifiers modifiers = {}) {
    QTest::mousePress(viewport(), Qt::LeftButton, modifiers, place);
  }
  void drag_to(const QPoint& from, const QPoint& to) {
    for (int part = 1; part <= 4; ++part)
      QTest::mouseMove(viewport(), from + (to - from) * part / 4);
  }
  void release(const QPoint& place, Qt::KeyboardModifiers modifiers = {}) {
    QTest::mouseRelease(viewport(), Qt::LeftButton, modifiers, place);
  }
  void drag(const QPoint& from, const QPoint& to, Qt::KeyboardModifiers modifiers = {}) {
    press(from, modifiers);
    drag_to(from, to);
    release(to, modifiers);
  }
  void click(const QPoint& place, Qt::KeyboardModifiers modifiers = {}) {
    QTest::mouseClick(viewport(), Qt::LeftButton, modifiers, place);
  }
  void double_click(const QPoint& place) { QTest::mouseDClick(viewport(), Qt::LeftButton, {}, place); }
  void key(int key, Qt::KeyboardModifiers modifiers = {}) {
    QTest::keyClick(&view(), static_cast<Qt::Key>(key), modifiers);
  }
  // Into the search field of the open list, then Enter.
  void pick(const QString& text) {
    auto* field = panel.pick_list().findChild<QLineEdit*>();
    QTest::keyClicks(field, text);
    QTest::keyClick(field, Qt::Key_Return);
  }
  bool has_link(const Link& link) const {
    return std::find(document().links.begin(), document().links.end(), link) != document().links.end();
  }
  std::string bytes() const { return to_pretty(document().to_json()); }
};

}  // namespace kelter::test
