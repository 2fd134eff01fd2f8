// SPDX-License-Identifier: GPL-3.0-or-later
// What is dropped on the canvas from the library and from outside: where it goes and what it is linked to.
#include <QDropEvent>
#include <QMimeData>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/ui/canvas_window.h"
#include "ui/library/step_mime.h"
#include "ui/theme/theme.h"

using namespace kelter;
using namespace kelter::ui;
using kelter::test::Window;

namespace {

// A source, a step and two measures without links, far enough apart to be hit; below them what is linked.
const char* unlinked = R"({"kelter": 1, "nodes": [
  {"id": "model", "step": "source.model", "parameters": {"path": "m.gguf"}, "x": 0, "y": 0},
  {"id": "rtn", "step": "quant.rtn", "parameters": {"bits": 4}, "x": 400, "y": 0},
  {"id": "perplexity", "step": "measure.perplexity", "parameters": {"limit": 4}, "x": 800, "y": 0},
  {"id": "depth", "step": "prune.depth", "parameters": {}, "x": 400, "y": 200}], "links": []})";

QMimeData& step(QMimeData& data, const char* mime) {
  data.setData(step_mime_type, mime);
  return data;
}

void verify_nothing_overlaps(Window& window) {
  const auto& nodes = window.scene().nodes();
  for (auto a = nodes.begin(); a != nodes.end(); ++a) {
    for (auto b = std::next(a); b != nodes.end(); ++b)
      QVERIFY2(!a->second->scene_card().intersects(b->second->scene_card()), (a->first + " on " + b->first).c_str());
  }
}

}  // namespace

class CanvasDropTest : public QObject {
  Q_OBJECT

  void enter(Window& window, const QMimeData& data, const QPoint& place) {
    QDragEnterEvent enter(place, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(window.viewport(), &enter);
  }

  // As a drag that comes from outside; true if it was accepted.
  bool drop(Window& window, const QMimeData& data, const QPoint& place) {
    enter(window, data, place);
    QDragMoveEvent move(place, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(window.viewport(), &move);
    if (!move.isAccepted()) return false;
    QDropEvent drop(place, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(window.viewport(), &drop);
    return drop.isAccepted();
  }

 private Q_SLOTS:
  void initTestCase() { theme().set_mode(Theme::Mode::light); }

  void a_step_is_dropped_from_the_library() {
    Window window;
    QMimeData data;
    data.setData(step_mime_type, "prune.magnitude");
    QVERIFY(drop(window, data, window.at({500, 330})));
    QVERIFY(window.document().find("magnitude"));
    QVERIFY(window.node("magnitude")->scene_card().contains(QPointF(500, 330)));
    data.setData(step_mime_type, R"({"step": "quant.rtn", "parameters": {"bits": 3}})");
    QVERIFY(drop(window, data, window.at({100, 330})));
    QCOMPARE(window.document().find("rtn-2")->parameters["bits"], Json(3));
    QCOMPARE(window.undo().count(), 2);
    data.setData(step_mime_type, "nobody.knows");
    QVERIFY(!drop(window, data, window.at({100, 330})));
    QCOMPARE(window.undo().count(), 2);
  }

  void a_step_dropped_on_a_link_goes_into_it() {
    Window window;
    const LinkItem* link = window.scene().link({"model", "model", "rtn", "model"});
    QMimeData data;
    data.setData(step_mime_type, "prune.magnitude");
    QVERIFY(drop(window, data, window.at((link->start() + link->end()) / 2)));
    QVERIFY(window.has_link({"model", "model", "magnitude", "model"}));
    QVERIFY(window.has_link({"magnitude", "model", "rtn", "model"}));
    QCOMPARE(window.undo().count(), 1);
  }

  void a_dropped_model_file_becomes_a_source() {
    QTemporaryDir folder;
    QFile file(folder.filePath("tiny.gguf"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("GGUF and more");
    file.close();
    Window window;
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(file.fileName())});
    QVERIFY(drop(window, data, window.at({100, 330})));
    QCOMPARE(window.document().find("model-2")->parameters["path"], Json(file.fileName().toStdString()));
    window.bench.document.set_saved(folder.filePath("a.kelter"));
    QVERIFY(drop(window, data, window.at({400, 330})));
    QCOMPARE(window.document().find("model-3")->parameters["path"], Json("tiny.gguf"));  // beside the document
    QMimeData other;
    other.setUrls({QUrl::fromLocalFile(folder.path())});
    other.setText("x");
    QFile(folder.filePath("tiny.gguf")).remove();
    QVERIFY(!drop(window, other, window.at({400, 330})));
  }

  // ---- on nodes and ports --------------------------------------------------------------------------------

  void a_step_dropped_on_a_node_goes_behind_it() {
    Window window(unlinked);
    QMimeData data;
    QVERIFY(drop(window, step(data, "prune.magnitude"), window.body("model")));
    QVERIFY(window.has_link({"model", "model", "magnitude", "model"}));
    QVERIFY(window.node("magnitude")->x() > window.node("model")->scene_card().right());
    QCOMPARE(window.undo().count(), 1);
    QVERIFY(drop(window, step(data, "measure.memory"), window.body("rtn")));
    QVERIFY(window.has_link({"rtn", "model", "memory", "model"}));
    QVERIFY(window.node("memory")->x() > window.node("rtn")->scene_card().right());
    verify_nothing_overlaps(window);
    QCOMPARE(window.bench.selection.current(), QString("memory"));
    window.undo().undo();
    window.undo().undo();
    QCOMPARE(window.document().nodes.size(), std::size_t(4));
    QVERIFY(window.document().links.empty());
  }

  void a_source_dropped_on_a_port_or_a_node_goes_in_front_of_it() {
    Window window(unlinked);
    QMimeData data;
    const char* text = R"({"step": "source.text", "parameters": {"path": "resource:demo/prose-en.txt"}})";
    QVERIFY(drop(window, step(data, text), window.port("depth", "text", true)));
    QVERIFY(window.has_link({"text", "text", "depth", "text"}));
    QVERIFY(window.node("text")->scene_card().right() < window.node("depth")->x());
    QCOMPARE(window.document().find("text")->parameters["path"], Json("resource:demo/prose-en.txt"));
    QVERIFY(drop(window, step(data, "source.model"), window.body("rtn")));
    QVERIFY(window.has_link({"model-2", "model", "rtn", "model"}));
    QVERIFY(window.node("model-2")->scene_card().right() < window.node("rtn")->x());
    verify_nothing_overlaps(window);
    QCOMPARE(window.undo().count(), 2);
  }

  // A port that is linked already: what fits into its link goes there, a source takes its place.
  void a_linked_port_takes_what_is_dropped_on_it() {
    Window window;
    QMimeData data;
    QVERIFY(drop(window, step(data, "prune.magnitude"), window.port("rtn", "model", true)));
    QVERIFY(window.has_link({"model", "model", "magnitude", "model"}));
    QVERIFY(window.has_link({"magnitude", "model", "rtn", "model"}));
    QVERIFY(drop(window, step(data, "source.model"), window.port("rtn", "model", true)));
    QVERIFY(window.has_link({"model-2", "model", "rtn", "model"}));
    QVERIFY(!window.has_link({"magnitude", "model", "rtn", "model"}));
    verify_nothing_overlaps(window);
  }

  void a_measure_takes_many_models() {
    Window window(unlinked);
    QMimeData data;
    for (const char* id : {"model-2", "model-3"}) {
      QVERIFY(drop(window, step(data, "source.model"), window.body("perplexity")));
      QVERIFY(window.has_link({id, "model", "perplexity", "model"}));
    }
    verify_nothing_overlaps(window);
  }

  void what_comes_with_parameters_sets_up_a_node_of_its_step() {
    Window window(unlinked);
    QMimeData data;
    const char* test = R"({"step": "measure.perplexity", "parameters": {"text": "resource:demo/test-en.txt", "window": 1024}})";
    QVERIFY(drop(window, step(data, test), window.body("perplexity")));
    QCOMPARE(window.document().nodes.size(), std::size_t(4));
    const Json wanted = {{"limit", 4}, {"text", "resource:demo/test-en.txt"}, {"window", 1024}};
    QCOMPARE(window.document().find("perplexity")->parameters, wanted);  // the others stay
    QCOMPARE(window.undo().count(), 1);
    window.undo().undo();
    QCOMPARE(window.document().find("perplexity")->parameters, Json({{"limit", 4}}));
    // On another step it is a measure of what that makes.
    QVERIFY(drop(window, step(data, test), window.body("rtn")));
    QVERIFY(window.has_link({"rtn", "model", "perplexity-2", "model"}));
  }

  void where_nothing_fits_it_keeps_clear_of_the_nodes() {
    Window window(unlinked);
    QMimeData data;
    QVERIFY(drop(window, step(data, "source.tasks"), window.body("rtn")));
    QVERIFY(window.document().find("tasks"));
    QVERIFY(window.document().links.empty());
    QVERIFY(drop(window, step(data, "measure.memory"), window.at(window.node("rtn")->scene_card().bottomLeft() + QPointF(30, 12))));
    verify_nothing_overlaps(window);
  }

  void a_drag_shows_what_would_take_it() {
    Window window(unlinked);
    QMimeData data;
    enter(window, step(data, "source.text"), window.port("depth", "text", true));
    QVERIFY(window.node("depth")->is_target());
    QCOMPARE(window.node("depth")->port("text", true)->offer(), PortItem::Offer::chosen);
    enter(window, step(data, "source.text"), window.at({150, 300}));
    QVERIFY(!window.node("depth")->is_target());
    QCOMPARE(window.node("depth")->port("text", true)->offer(), PortItem::Offer::none);
    enter(window, step(data, "source.text"), window.body("perplexity"));
    QVERIFY(!window.node("perplexity")->is_target());  // it has no input for a text
    enter(window, step(data, R"({"step": "measure.perplexity", "parameters": {"window": 512}})"), window.body("perplexity"));
    QVERIFY(window.node("perplexity")->is_target());
    QDragLeaveEvent leave;
    QApplication::sendEvent(window.viewport(), &leave);
    QVERIFY(!window.node("perplexity")->is_target());
    QCOMPARE(window.undo().count(), 0);
  }
};

QTEST_MAIN(CanvasDropTest)
#include "canvas_drop_test.moc"
