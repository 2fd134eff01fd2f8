// SPDX-License-Identifier: GPL-3.0-or-later
// What a window does besides its main job: shortcuts, the way of the focus, recovery, closing, strangers' plugins.
#include <QAction>
#include <QApplication>
#include <QDockWidget>
#include <QLabel>
#include <QMessageBox>
#include <QProcess>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <QtTest>
#include <set>

#include "core/base/files.h"
#include "core/describe/plugin_folders.h"
#include "ui/canvas/canvas_panel.h"
#include "ui/run/errors_panel.h"
#include "ui/theme/theme.h"
#include "ui/window/main_window.h"

using namespace kelter;
using namespace kelter::ui;

namespace {

constexpr std::int64_t no_process = 1 << 30;   // above any process id

}  // namespace

class WindowMannersTest : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> folder_;
  std::unique_ptr<EngineBridge> bridge_;
  std::unique_ptr<MainWindow> window_;

  fs::path file(const char* name) const { return folder_->filePath(name).toStdString(); }
  Workbench& bench() { return window_->bench(); }

  void open_window() {
    window_ = std::make_unique<MainWindow>(*bridge_);
    window_->resize(1600, 950);
    window_->show();
    QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
  }
  // As a window leaves it whose process was killed.
  void leave_recovery(const char* name, const char* title, std::int64_t time) {
    const fs::path autosave = file("data/kelter/autosave");
    fs::create_directories(autosave);
    Document document;
    document.title = title;
    write_file_atomically(autosave / (std::string(name) + ".kelter"), to_pretty(document.to_json()));
    const Json note = {{"path", ""}, {"title", title}, {"folder", ""}, {"process", no_process}, {"time", time}};
    write_file_atomically(autosave / (std::string(name) + ".json"), to_pretty(note));
  }
  QPushButton* banner_button(const QString& text) {
    for (auto* button : window_->findChildren<QPushButton*>()) {
      const bool in_banner = button->parentWidget() && button->parentWidget()->objectName() == "banner";
      if (in_banner && button->isVisible() && button->text() == text) return button;
    }
    return nullptr;
  }
  void edit_something() {
    Node note = new_node(bench().document.document(), bench().catalogue.get("source.text"), 0, 0);
    bench().document.push(add_node(bench().document.document(), note), "Add");
  }
  QMessageBox* question() { return window_->findChild<QMessageBox*>(); }

 private Q_SLOTS:
  void init() {
    folder_ = std::make_unique<QTemporaryDir>();
    qputenv("XDG_DATA_HOME", folder_->filePath("data").toUtf8());
    qputenv("XDG_CACHE_HOME", folder_->filePath("cache").toUtf8());
    qunsetenv("KELTER_PLUGIN_PATH");
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, folder_->filePath("config"));
    QSettings().clear();
    bridge_ = std::make_unique<EngineBridge>();
  }
  void cleanup() {
    window_.reset();
    bridge_.reset();
  }

  // Qt runs neither of two actions that share their keys.
  void no_two_actions_share_a_shortcut() {
    open_window();
    window_->new_document();
    std::map<QString, QString> taken;
    for (const QAction* action : window_->findChildren<QAction*>()) {
      for (const QKeySequence& keys : action->shortcuts()) {
        const QString text = keys.toString();
        if (text.isEmpty()) continue;
        QVERIFY2(!taken.contains(text) || taken[text] == action->text(),
                 qPrintable(text + ": " + taken[text] + " and " + action->text()));
        taken[text] = action->text();
      }
    }
    QVERIFY(taken.contains("Ctrl+Alt+L") && taken.contains("Ctrl+Shift+L"));
  }

  void f6_goes_through_the_panels_and_back() {
    open_window();
    window_->new_document();
    window_->canvas().view().setFocus();
    std::vector<QWidget*> stops{window_->focusWidget()};
    std::set<const QDockWidget*> docks;
    for (int i = 0; i < 4; ++i) {
      QTest::keyClick(window_->focusWidget(), Qt::Key_F6);
      stops.push_back(window_->focusWidget());
      for (const auto* dock : window_->findChildren<QDockWidget*>())
        if (dock->isAncestorOf(window_->focusWidget())) docks.insert(dock);
    }
    QVERIFY2(docks.size() >= 3, "library, inspector and run panel are reached");
    QTest::keyClick(window_->focusWidget(), Qt::Key_F6, Qt::ShiftModifier);
    QCOMPARE(window_->focusWidget(), stops[3]);
  }

  void every_recovery_is_offered_and_none_takes_open_work() {
    leave_recovery("old", "Older", 1000);
    leave_recovery("new", "Newer", 2000);
    open_window();
    edit_something();
    QVERIFY(banner_button("Restore"));
    QTest::mouseClick(banner_button("Restore"), Qt::LeftButton);
    QTRY_VERIFY(question());   // what is open has changes
    QTest::mouseClick(question()->button(QMessageBox::Discard), Qt::LeftButton);
    QTRY_COMPARE(bench().document.title(), QString("Newer"));
    QTRY_VERIFY(banner_button("Discard"));   // the next one
    QTest::mouseClick(banner_button("Discard"), Qt::LeftButton);
    QTRY_VERIFY(!banner_button("Discard"));
    QVERIFY(!fs::exists(file("data/kelter/autosave/old.kelter")));
  }

  void closing_tells_of_the_run_and_of_the_changes() {
    open_window();
    edit_something();
    bench().runs.add_queued("run-1", "Waiting", "/nowhere");
    window_->close();
    QTRY_VERIFY(question());
    QVERIFY(question()->text().contains("A run is under way") && question()->text().contains("not saved"));
    QTest::mouseClick(question()->button(QMessageBox::Discard), Qt::LeftButton);
    QTRY_VERIFY(window_->isHidden());
    QVERIFY(bench().runs.queue().empty());
  }

  void a_closed_window_saves_no_recovery() {
    open_window();
    edit_something();
    window_->close();
    QTRY_VERIFY(question());
    QTest::mouseClick(question()->button(QMessageBox::Discard), Qt::LeftButton);
    QTRY_VERIFY(window_->isHidden());
    QVERIFY(!fs::exists(file("data/kelter/autosave")) || fs::is_empty(file("data/kelter/autosave")));
  }

  void without_a_display_it_helps_and_says_what_is_missing() {
    QProcess program;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) environment.remove(name);
    program.setProcessEnvironment(environment);
    const auto run = [&](const QStringList& arguments) {
      program.start(KELTER_BINARY_DIR "/bin/kelter", arguments);
      QVERIFY(program.waitForFinished(30000));
      QCOMPARE(program.exitStatus(), QProcess::NormalExit);
    };
    run({"--help"});
    QCOMPARE(program.exitCode(), 0);
    const QByteArray help = program.readAllStandardOutput();
    QVERIFY2(help.contains("--demo"), help);
    run({"--version"});
    QCOMPARE(program.exitCode(), 0);
    run({"--demo"});
    QCOMPARE(program.exitCode(), 1);
    const QByteArray said = program.readAllStandardError();
    QVERIFY2(said.contains("no display") && said.contains("kelter-cli"), said);
  }

  void a_broken_description_of_a_plugin_leaves_the_rest() {
    fs::create_directories(file("plugins"));
    write_file_atomically(file("plugins/mine.kelter-plugin.json"), std::string_view("{ this is no JSON"));
    qputenv("KELTER_PLUGIN_PATH", folder_->filePath("plugins").toUtf8());
    QVERIFY_EXCEPTION_THROWN(load_catalogue(), Error);
    open_window();
    QVERIFY(bench().catalogue.find("quant.rtn"));
    bridge_->start();
    QTRY_COMPARE_WITH_TIMEOUT(bridge_->state(), EngineBridge::State::ready, 60000);
    const auto& warnings = bridge_->ready_info()->warnings;
    QVERIFY(std::any_of(warnings.begin(), warnings.end(), [](const ErrorInfo& warning) {
      return warning.where.find("mine.kelter-plugin.json") != std::string::npos && !warning.remedy.empty();
    }));
  }
};

int main(int argc, char** argv) {
  qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication application(argc, argv);
  QApplication::setOrganizationName("Kelter");
  QApplication::setApplicationName("KelterTest");
  theme().apply();
  WindowMannersTest test;
  return QTest::qExec(&test, argc, argv);
}

#include "window_manners_test.moc"
