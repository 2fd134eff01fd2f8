// SPDX-License-Identifier: GPL-3.0-or-later
// Try it with the real engine and a tiny model, by mouse and keyboard. KELTER_SCREENSHOTS=DIR saves pictures.
#include "ui/chat/chat_panel.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTranslator>
#include <QtTest>

#include "tests/ui/engine_world.h"
#include "tests/ui/fake_engine.h"
#include "tests/ui/find_widgets.h"
#include "ui/theme/theme.h"

using namespace kelter;
using namespace kelter::test;
using namespace kelter::ui;

namespace {

using State = ChatColumn::State;

bool all_are(const ChatPanel& panel, State state) {
  return std::all_of(panel.columns().begin(), panel.columns().end(), [state](const ChatColumn* column) { return column->state() == state; });
}

// tiny.gguf -> five branches; two of them are the same model under two names.
Document branches(const EngineWorld& world) {
  Json nodes = {EngineWorld::node("rtn4", "quant.rtn", {{"group", 32}}), EngineWorld::node("twin", "quant.rtn", {{"group", 32}}),
                EngineWorld::node("rtn2", "quant.rtn", {{"group", 32}, {"bits", 2}}),
                EngineWorld::node("half", "prune.magnitude", {{"sparsity", 0.9}}),
                EngineWorld::node("model", "source.model", {{"path", "tiny.gguf"}})};
  Json links = Json::array();
  for (const char* node : {"rtn4", "twin", "rtn2", "half"}) links.push_back({"model.model", std::string(node) + ".model"});
  return world.read({{"kelter", 1}, {"title", "branches"}, {"nodes", nodes}, {"links", links}});
}

}  // namespace

class ChatTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    static QTranslator plurals;   // of English, as the program loads them
    QVERIFY(plurals.load(":/translations/kelter_en.qm"));
    QCoreApplication::installTranslator(&plurals);
    theme().set_mode(Theme::Mode::light);
    QLocale::setDefault(QLocale::c());
    world_ = std::make_unique<EngineWorld>();
    window_ = std::make_unique<EngineWindow>();
    QVERIFY(window_->wait_ready());
    panel_ = std::make_unique<ChatPanel>(window_->bench);
    panel_->resize(900, 480);
    panel_->show();
    QVERIFY(QTest::qWaitForWindowExposed(panel_.get()));
    QVERIFY(panel_->columns().empty());
    QVERIFY(!button(*panel_, "Write")->isEnabled());
    screenshot("try-empty");
    window_->bench.document.replace(branches(*world_), {});
    QVERIFY(window_->run());
  }
  void cleanupTestCase() {
    panel_.reset();
    window_.reset();
  }

  void up_to_four_models_are_chosen_the_file_first() {
    QTRY_COMPARE(panel_->columns().size(), std::size_t{4});
    QCOMPARE(panel_->columns()[0]->branch().node, std::string("model"));
    QCOMPARE(panel_->branches().size(), std::size_t{5});
    QVERIFY(panel_->columns()[1]->branch().bits > 0 && panel_->columns()[1]->branch().bytes > 0);
  }

  void the_same_model_gives_the_same_text_greedily() {
    set_prompt("the cat and the");
    set_mode(0);
    write_with_mouse();
    QCOMPARE(column("rtn4")->text(), column("twin")->text());
    QVERIFY(!column("rtn4")->text().isEmpty());
    QVERIFY(column("rtn2")->text() != column("model")->text());   // 2 bit of a random model: another one
    QVERIFY2(column("rtn2")->footer().contains("differs from model"), qPrintable(column("rtn2")->footer()));
  }

  void the_same_model_and_seed_give_the_same_text_drawn() {
    set_prompt("the cat");
    set_mode(1);
    QVERIFY(named<QDoubleSpinBox>(*panel_, "Temperature")->isVisible());
    named<QDoubleSpinBox>(*panel_, "Temperature")->setValue(5);  // a tiny model is sure of its next token at 0.8
    auto* seed = named<QSpinBox>(*panel_, "Seed");
    seed->setFocus();
    seed->selectAll();
    QTest::keyClicks(seed, "7");
    QTest::keyClick(seed, Qt::Key_Tab);
    write_with_mouse();
    const QString first = column("rtn4")->text();
    QCOMPARE(first, column("twin")->text());
    write_with_mouse();
    QCOMPARE(column("rtn4")->text(), first);
    seed->setValue(8);
    write_with_mouse();
    QVERIFY(column("rtn4")->text() != first);
    set_mode(0);
  }

  void speed_and_time_to_the_first_token_stand_under_each() {
    set_prompt("the cat");
    write_with_mouse();
    for (const ChatColumn* one : panel_->columns()) {
      QVERIFY2(QRegularExpression("^\\d+\\.\\d tokens/s · \\d+ tokens · first token after [\\d.]+ m?s").match(one->footer()).hasMatch(),
               qPrintable(one->footer()));
    }
  }

  void ctrl_return_in_the_prompt_writes_and_the_others_wait_meanwhile() {
    set_prompt("on and on");
    named<QSpinBox>(*panel_, "Most tokens")->setValue(400);
    auto* prompt = named<QPlainTextEdit>(*panel_, "Prompt");
    prompt->setFocus();
    // Seen at the first token itself: a tiny model has written all before anybody looks.
    std::vector<State> seen;
    bool could_write = true;
    const auto first_token = connect(&window_->bridge, &EngineBridge::event, panel_.get(), [&](const EngineEvent& event) {
      if (!seen.empty() || !std::holds_alternative<TokenWritten>(event)) return;
      for (const ChatColumn* one : panel_->columns()) seen.push_back(one->state());
      could_write = button(*panel_, "Write")->isEnabled();
    });
    QTest::keyClick(prompt, Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(panel_->busy());
    QTRY_VERIFY_WITH_TIMEOUT(!panel_->busy(), 60000);
    disconnect(first_token);
    QVERIFY(seen == (std::vector<State>{State::writing, State::waiting, State::waiting, State::waiting}));
    QVERIFY(!could_write);
    QVERIFY(all_are(*panel_, State::done));
    named<QSpinBox>(*panel_, "Most tokens")->setValue(40);
    screenshot("try-done");
  }

  void stop_ends_it_and_leaves_what_was_written() {
    set_prompt("on and on");
    named<QSpinBox>(*panel_, "Most tokens")->setValue(4000);
    QTest::mouseClick(button(*panel_, "Write"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(panel_->columns()[0]->text().size() > 20, 20000);
    screenshot("try-writing");
    QTest::mouseClick(button(*panel_, "Stop"), Qt::LeftButton);
    QVERIFY(!panel_->busy());
    const QString kept = panel_->columns()[0]->text();
    QVERIFY(kept.size() > 20);
    for (const ChatColumn* one : panel_->columns()) QCOMPARE(one->state(), State::stopped);
    QTest::qWait(200);
    QCOMPARE(panel_->columns()[0]->text(), kept);   // late tokens are not ours any more
    named<QSpinBox>(*panel_, "Most tokens")->setValue(40);
    write_with_mouse();                             // and it works again
  }

  void models_are_chosen_in_the_menu() {
    auto* menu = named<QPushButton>(*panel_, "Which models")->menu();
    const auto toggle = [&](const QString& node) {
      for (QAction* action : menu->actions()) {
        if (action->text() == node) return action->trigger();
      }
      QFAIL("no such model");
    };
    toggle("half");
    toggle("twin");
    std::vector<std::string> nodes;
    for (const ChatColumn* one : panel_->columns()) nodes.push_back(one->branch().node);
    std::sort(nodes.begin() + 1, nodes.end());
    QCOMPARE(nodes.front(), std::string("model"));
    QCOMPARE(nodes.size(), std::size_t(4));
    toggle("twin");
    toggle("half");
    QCOMPARE(column("twin")->branch().node, std::string("twin"));
  }

  void while_a_document_runs_it_is_answered_in_a_pause_of_the_run() {
    EngineWindow& window = *window_;
    Document slow = branches(*world_);
    slow.nodes.push_back(world_->read({{"kelter", 1}, {"nodes", {EngineWorld::node("slow", "test.slow", {{"items", 400}})}}}).nodes[0]);
    slow.links.push_back({"model", "model", "slow", "model"});
    window.bench.document.push(insert(window.bench.document.document(), excerpt(slow, {"slow"}), 0, 0), "add");
    window.bench.document.push(add_link(window.bench.document.document(), window.bench.catalogue, {"model", "model", "slow", "model"}), "link");
    window.bench.run();
    QTRY_VERIFY_WITH_TIMEOUT(window.bench.runs.progress() && window.bench.runs.progress()->node == "slow", 30000);
    QTRY_COMPARE(panel_->columns().size(), std::size_t{4});
    write_with_mouse();
    QVERIFY(window.bench.runs.running());
    QVERIFY(all_are(*panel_, State::done));
    QCOMPARE(column("rtn4")->text(), column("twin")->text());
    window.bench.cancel();
    QTRY_VERIFY_WITH_TIMEOUT(!window.bench.runs.running(), 2000);
  }

  void a_model_that_is_gone_is_an_error_in_its_column_and_the_others_go_on() {
    QVERIFY(QFile::remove(window_->bench.runs.folder() + "/rtn4/kelter.json"));
    const std::size_t before = window_->bench.errors().size();
    QTest::mouseClick(button(*panel_, "Write"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!panel_->busy(), 60000);
    QCOMPARE(column("rtn4")->state(), State::failed);
    QVERIFY2(column("rtn4")->text().contains("rtn4"), qPrintable(column("rtn4")->text()));
    QCOMPARE(column("twin")->state(), State::done);
    QCOMPARE(window_->bench.errors().size(), before + 1);
    screenshot("try-failed");
  }

  void every_control_has_a_name() {
    for (const QWidget* widget : panel_->findChildren<QWidget*>()) {
      const bool control = widget->inherits("QAbstractButton") || widget->inherits("QAbstractSpinBox") ||
                           widget->inherits("QComboBox") || widget->inherits("QPlainTextEdit");
      if (control) QVERIFY2(!widget->accessibleName().isEmpty(), widget->metaObject()->className());
    }
  }

  void another_document_clears_the_columns() {
    window_->bench.document.replace(world_->small(), {});
    QVERIFY(panel_->columns().empty());
    QVERIFY(!button(*panel_, "Write")->isEnabled());
  }

 private:
  ChatColumn* column(const std::string& node) const {
    for (ChatColumn* one : panel_->columns()) {
      if (one->branch().node == node) return one;
    }
    qFatal("no column of %s", node.c_str());
  }
  void set_prompt(const QString& text) {
    auto* prompt = named<QPlainTextEdit>(*panel_, "Prompt");
    prompt->setFocus();
    prompt->selectAll();
    QTest::keyClicks(prompt, text);
    QCOMPARE(prompt->toPlainText(), text);
  }
  void set_mode(int mode) {
    auto* combo = named<QComboBox>(*panel_, "How tokens");
    combo->setFocus();
    QTest::keyClick(combo, mode == 0 ? Qt::Key_Home : Qt::Key_End);
    QCOMPARE(combo->currentIndex(), mode);
  }
  void write_with_mouse() {
    QTest::mouseClick(button(*panel_, "Write"), Qt::LeftButton);
    QVERIFY(panel_->busy());
    QTRY_VERIFY_WITH_TIMEOUT(!panel_->busy(), 60000);
    QVERIFY(all_are(*panel_, State::done));
  }
  void screenshot(const QString& name) {
    const QString folder = qEnvironmentVariable("KELTER_SCREENSHOTS");
    if (folder.isEmpty()) return;
    for (const Theme::Mode mode : {Theme::Mode::light, Theme::Mode::dark}) {
      theme().set_mode(mode);
      for (const int width : {780, 1320}) {
        panel_->resize(width, width < 1000 ? 420 : 600);
        QTest::qWait(30);
        panel_->grab().save(QString("%1/%2-%3-%4.png").arg(folder, name, mode == Theme::Mode::dark ? "dark" : "light").arg(width));
      }
    }
    theme().set_mode(Theme::Mode::light);
    panel_->resize(900, 480);
  }

  std::unique_ptr<EngineWorld> world_;
  std::unique_ptr<EngineWindow> window_;
  std::unique_ptr<ChatPanel> panel_;
};

QTEST_MAIN(ChatTest)
#include "chat_test.moc"
