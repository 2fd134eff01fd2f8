// SPDX-License-Identifier: GPL-3.0-or-later
// A window with the real engine on a tiny model, and the hands of somebody who works with it: mouse and keys go to the
// system's window, so that they reach what lies under the mouse or has the focus, or nothing. The hands count their
// gestures: a click, a drag, a word, a key or a chord of keys is one.
#pragma once

#include <QApplication>
#include <QComboBox>
#include <QDropEvent>
#include <QFileDialog>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QProcess>
#include <QPushButton>
#include <QScrollArea>
#include <QSettings>
#include <QTemporaryDir>
#include <QTimer>
#include <QToolButton>
#include <QWheelEvent>
#include <QWindow>
#include <QtTest>
#include <algorithm>
#include <functional>

#include "core/base/files.h"
#include "tests/ui/engine_world.h"
#include "ui/canvas/canvas_panel.h"
#include "ui/figures/figure_plot.h"
#include "ui/inspector/parameter_row.h"
#include "ui/results/results_panel.h"
#include "ui/window/main_window.h"

namespace kelter::test {

using namespace ui;

class Hands {
 public:
  int gestures() const { return gestures_; }
  void count_from_zero() { gestures_ = 0; }

  // ---- keys go where the focus is ----
  void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) {
    ++gestures_;
    QWindow* window = focused();
    QVERIFY2(window, "a window has the focus");
    QTest::keyClick(window, key, modifiers);
  }
  void type(const QString& text) {
    ++gestures_;
    for (const QChar letter : text) {
      QWindow* window = focused();
      QVERIFY2(window, "a window has the focus");
      QTest::keyClick(window, letter.toLatin1());
    }
  }

  // ---- the mouse reaches what nothing else covers ----
  void click(QWidget* widget, const QPoint& at = {}, Qt::KeyboardModifiers modifiers = {}) {
    ++gestures_;
    const auto [window, place] = reach(widget, at);
    if (window) QTest::mouseClick(window, Qt::LeftButton, modifiers, place);
  }
  void double_click(QWidget* widget, const QPoint& at) {
    ++gestures_;
    const auto [window, place] = reach(widget, at);
    if (!window) return;
    QTest::mouseMove(window, place);
    QTest::mouseDClick(window, Qt::LeftButton, {}, place);
  }
  void drag(QWidget* widget, const QPoint& from, const QPoint& to) {
    ++gestures_;
    const auto [window, start] = reach(widget, from);
    if (!window) return;
    const QPoint end = start + to - from;
    QTest::mousePress(window, Qt::LeftButton, {}, start);
    for (int part = 1; part <= 4; ++part) QTest::mouseMove(window, start + (end - start) * part / 4);
    QTest::mouseRelease(window, Qt::LeftButton, {}, end);
  }
  // A file from a file manager; only what takes drops gets it.
  void drop(QWidget* window, const QString& file, const QPoint& at) {
    ++gestures_;
    QWidget* taker = window->childAt(at);
    while (taker && taker != window && !taker->acceptDrops()) taker = taker->parentWidget();
    if (!taker) taker = window;
    const QPoint place = taker->mapFrom(window, at);
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(file)});
    QDragEnterEvent enter(place, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(taker, &enter);
    QVERIFY2(enter.isAccepted(), taker->metaObject()->className());
    QDropEvent drop(place, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(taker, &drop);
  }

  // ---- what waits for an answer inside of what opened it ----
  // Types a path into the next file dialog and presses Enter. Call it before the dialog opens.
  void answer_file_dialog(const QString& path) {
    soon([this, path] {
      auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
      if (!dialog || !dialog->isVisible() || !dialog->isActiveWindow()) return false;
      auto* name = dialog->findChild<QLineEdit*>("fileNameEdit");
      if (!name || !name->hasFocus()) return false;
      key(Qt::Key_A, Qt::ControlModifier);
      type(path);
      key(Qt::Key_Return);
      return true;
    });
  }
  // Clicks what says `text` in the next menu that opens.
  void answer_menu(const QString& text) {
    soon([this, text] {
      auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
      if (!menu || !menu->isVisible()) return false;
      for (QAction* action : menu->actions()) {
        if (!QString(action->text()).remove('&').contains(text)) continue;
        click(menu, menu->actionGeometry(action).center());
        return true;
      }
      return false;
    });
  }
  bool answered() const { return waiting_ == 0; }

 private:
  // A window manager gives the focus back when a dialog or a list has gone; the offscreen platform has none.
  static QWindow* focused() {
    const QWindow* now = QGuiApplication::focusWindow();
    if (!now || !now->isVisible() || (now->type() == Qt::Popup && !QApplication::activePopupWidget())) {
      QWidget* next = QApplication::activeModalWidget();
      for (QWidget* one : QApplication::topLevelWidgets())
        if (!next && one->isVisible() && qobject_cast<QMainWindow*>(one)) next = one;
      if (!next) return nullptr;
      next->activateWindow();
      [[maybe_unused]] const bool there = QTest::qWaitForWindowActive(next);
    }
    return QGuiApplication::focusWindow();
  }
  void soon(std::function<bool()> act) {
    ++waiting_;
    auto* timer = new QTimer(qApp);
    QObject::connect(timer, &QTimer::timeout, timer, [this, timer, act = std::move(act), busy = false]() mutable {
      if (busy) return;
      busy = true;
      if (act()) {
        --waiting_;
        timer->deleteLater();
      }
      busy = false;
    });
    timer->start(10);
  }
  // The window of the system and the place in it; rolls what lies on a page into view first.
  std::pair<QWindow*, QPoint> reach(QWidget* widget, QPoint at) {
    const auto fail = [](const QString& why) {
      QTest::qFail(qPrintable(why), __FILE__, __LINE__);
      return std::pair<QWindow*, QPoint>();
    };
    if (!widget) return fail("there is no such widget");
    const QString name = QString("%1 “%2”").arg(widget->metaObject()->className(), widget->accessibleName());
    if (!widget->isVisible() || !widget->isEnabled()) return fail(name + " is not there to be clicked");
    if (at.isNull()) at = widget->rect().center();
    QWidget* window = widget->window();
    for (int turn = 0; turn < 60; ++turn) {
      const QPoint place = widget->mapTo(window, at);
      QWidget* hit = window->childAt(place);
      if (!hit && window == widget) hit = window;
      if (hit == widget || (hit && widget->isAncestorOf(hit))) return {window->windowHandle(), place};
      QScrollArea* page = page_of(widget);
      if (!page) break;
      const int below = page->viewport()->mapFrom(window, place).y();
      const QPoint middle = page->viewport()->mapTo(window, page->viewport()->rect().center());
      if (turn == 0) ++gestures_;
      const QPoint turned(0, below < page->viewport()->height() / 2 ? 60 : -60);
      QWheelEvent wheel(page->viewport()->rect().center(), window->mapToGlobal(middle), {}, turned, Qt::NoButton,
                        Qt::NoModifier, Qt::NoScrollPhase, false);
      QApplication::sendEvent(page->viewport(), &wheel);
    }
    const QWidget* hit = window->childAt(widget->mapTo(window, at));
    return fail(name + " is covered by " + (hit ? hit->metaObject()->className() : "nothing") +
                QString(" at %1, %2").arg(at.x()).arg(at.y()));
  }
  static QScrollArea* page_of(QWidget* widget) {
    for (QWidget* parent = widget->parentWidget(); parent; parent = parent->parentWidget())
      if (auto* page = qobject_cast<QScrollArea*>(parent)) return page;
    return nullptr;
  }

  int gestures_ = 0, waiting_ = 0;
};

class WindowDesk {
 public:
  static constexpr int run_limit_ms = 120000;

  QString path(const QString& name) const { return folder_->filePath(name); }
  MainWindow& window() { return *window_; }
  EngineBridge& bridge() { return *bridge_; }
  Workbench& bench() { return window_->bench(); }
  const Document& document() { return bench().document.document(); }
  std::string written() { return to_pretty(document().to_json()); }
  Hands& hands() { return hands_; }

  // ---- a world of its own ----
  void make_world(int layers = 4) {
    folder_ = std::make_unique<QTemporaryDir>();
    qputenv("XDG_DATA_HOME", path("data").toUtf8());
    qputenv("XDG_CACHE_HOME", path("cache").toUtf8());
    qputenv("KELTER_CLI", KELTER_BINARY_DIR "/bin/kelter-cli");
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, path("config"));
    QSettings().clear();
    QCOMPARE(QProcess::execute(KELTER_BINARY_DIR "/tests/make_tiny_llama",
                               {path("tiny.gguf"), QString::number(layers), "128", "2048"}), 0);
    write_file_atomically(fs::path(path("text.txt").toStdString()), some_words(300).toStdString());
    write_file_atomically(fs::path(path("long.txt").toStdString()), some_words(60000).toStdString());
  }
  void start_engine() {
    bridge_ = std::make_unique<EngineBridge>();
    bridge_->start();
  }
  void open_window(const QSize& size = {1600, 950}) {
    if (!bridge_) bridge_ = std::make_unique<EngineBridge>();
    window_ = std::make_unique<MainWindow>(*bridge_);
    window_->resize(size);
    window_->show();
    QVERIFY(QTest::qWaitForWindowActive(window_.get()));
  }
  // A click on the window's title, which is the window manager's.
  void bring_to_front() {
    window_->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(window_.get()));
  }
  void drop_window() { window_.reset(); }
  void drop_engine() { bridge_.reset(); }
  void await_engine() { QTRY_COMPARE_WITH_TIMEOUT(bridge_->state(), EngineBridge::State::ready, 60000); }
  bool finished() {
    return !bench().runs.running() && bench().runs.queue().empty() && !bench().runs.record().nodes.empty();
  }

  // ---- the canvas ----
  CanvasView& view() { return window_->canvas().view(); }
  QWidget* viewport() { return view().viewport(); }
  QPoint at(const QPointF& place) { return view().mapFromScene(place); }
  QPoint port(const std::string& node, const char* name, bool input) {
    return at(window_->canvas().scene().node(node)->port(name, input)->scenePos());
  }
  QPushButton* button(const char* name) { return window_->findChild<QPushButton*>(name); }
  void select(const std::string& node) {
    QVERIFY2(window_->canvas().scene().node(node), node.c_str());
    hands_.click(viewport(), at(window_->canvas().scene().node(node)->scene_card().center()));
    QCOMPARE(bench().selection.current().toStdString(), node);
  }
  void link(const std::string& from, const std::string& to, const char* name = "model") {
    hands_.drag(viewport(), port(from, name, false), port(to, name, true));
  }
  // Takes a step from the list that is open.
  void take_step(const QString& typed) {
    auto* field = window_->canvas().pick_list().findChild<QLineEdit*>();
    QTRY_VERIFY2(field->hasFocus(), qPrintable(typed));
    hands_.type(typed);
    hands_.key(Qt::Key_Return);
  }
  // Drops a link into empty space and takes a step from the list that opens.
  void branch_off(const std::string& node, const QPointF& place, const QString& typed) {
    hands_.drag(viewport(), port(node, "model", false), at(place));
    take_step(typed);
  }
  void add_by_double_click(const QPointF& place, const QString& typed) {
    hands_.double_click(viewport(), at(place));
    take_step(typed);
  }

  // ---- the inspector ----
  QWidget* field(const char* parameter) {
    auto* row = window_->findChild<ParameterRow*>(QString("parameter-") + parameter);
    if (!row) return nullptr;
    for (ParameterEditor* editor : row->findChildren<ParameterEditor*>())
      if (editor->isVisibleTo(row)) return editor->focusProxy();
    return nullptr;
  }
  // Of the node the inspector shows.
  void write_here(const char* parameter, const QString& text) {
    QTRY_VERIFY2(field(parameter), parameter);
    hands_.click(field(parameter));
    if (auto* combo = qobject_cast<QComboBox*>(field(parameter))) {
      QTRY_VERIFY2(QApplication::activePopupWidget(), parameter);
      hands_.type(text);
      hands_.key(Qt::Key_Return);
      QTRY_VERIFY2(!QApplication::activePopupWidget(), parameter);
      QCOMPARE(combo->currentText(), text);
    } else {
      hands_.key(Qt::Key_A, Qt::ControlModifier);
      hands_.type(text);
      hands_.key(Qt::Key_Return);
    }
  }
  void write(const std::string& node, const char* parameter, const QString& text) {
    select(node);
    if (!QTest::currentTestFailed()) write_here(parameter, text);
  }

  // ---- files ----
  void save_as(const QString& file) {
    hands_.answer_file_dialog(file);
    hands_.key(Qt::Key_S, Qt::ControlModifier);
    QTRY_VERIFY(hands_.answered());
    QVERIFY2(QFile::exists(file), qPrintable(file));
    QVERIFY(!bench().document.modified());
  }
  void open_file(const QString& file) {
    hands_.answer_file_dialog(file);
    hands_.key(Qt::Key_O, Qt::ControlModifier);
    QTRY_VERIFY(hands_.answered());
  }
  void close_and_open_again() {
    const QSize size = window_->size();
    press_close();
    QTRY_VERIFY(!window_->isVisible());
    window_.reset();
    open_window(size);
  }
  // The button of the window's frame, which is the window manager's.
  void press_close() { window_->windowHandle()->close(); }
  // By the menu of the figure itself.
  void export_figure(const char* id, const QString& file) {
    QWidget* cell = window_->results().plot(id).parentWidget();
    auto* more = cell->findChild<QToolButton*>();
    hands_.answer_menu("Export figure");
    hands_.click(more);
    QTRY_VERIFY(hands_.answered());
    QWidget* exporter = nullptr;
    const auto find = [&] {
      for (QWidget* one : QApplication::topLevelWidgets())
        if (one->isVisible() && one->windowTitle() == "Export figure") exporter = one;
      return exporter && exporter->isActiveWindow();
    };
    QTRY_VERIFY(find());
    QLineEdit* destination = nullptr;
    for (QLineEdit* line : exporter->findChildren<QLineEdit*>())
      if (line->accessibleName() == "Destination") destination = line;
    hands_.click(destination);
    hands_.key(Qt::Key_A, Qt::ControlModifier);
    hands_.type(file);
    QPushButton* write = nullptr;
    for (QPushButton* one : exporter->findChildren<QPushButton*>())
      if (one->text() == "Export") write = one;
    QTRY_VERIFY(write->isEnabled());
    hands_.click(write);
    QTRY_VERIFY2(QFile::exists(file), qPrintable(file));
    hands_.key(Qt::Key_Escape);
    QTRY_VERIFY(!exporter->isVisible());
    bring_to_front();
  }

 private:
  std::unique_ptr<QTemporaryDir> folder_;
  std::unique_ptr<EngineBridge> bridge_;
  std::unique_ptr<MainWindow> window_;
  Hands hands_;
};

}  // namespace kelter::test
