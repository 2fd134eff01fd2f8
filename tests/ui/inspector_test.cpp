// SPDX-License-Identifier: GPL-3.0-or-later
// The inspector with real keys and clicks: fields of every kind, undo, sweeps, single layers, estimates and results.
// KELTER_SCREENSHOTS=DIR writes pictures of it.
#include "ui/inspector/inspector_panel.h"

#include <ctime>

#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QTableView>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>
#include <random>

#include "core/base/files.h"
#include "core/describe/plugin_folders.h"
#include "ui/inspector/fields.h"
#include "ui/inspector/parameter_editor.h"
#include "ui/inspector/parameter_form.h"
#include "ui/inspector/parameter_row.h"
#include "ui/inspector/value_text.h"
#include "ui/theme/theme.h"

using namespace kelter;
using namespace kelter::ui;

namespace {

const char* const document_text = R"({"kelter": 1, "title": "Test", "nodes": [
  {"id": "model", "step": "source.model", "parameters": {"path": "store:small"}, "x": 0, "y": 0},
  {"id": "text", "step": "source.text", "parameters": {"path": "resource:demo/prose-en.txt", "samples": 16, "length": 512}, "x": 0, "y": 120},
  {"id": "rtn", "step": "quant.rtn", "parameters": {"bits": 4, "group": 64}, "x": 320, "y": 0},
  {"id": "magnitude", "step": "prune.magnitude", "parameters": {}, "x": 320, "y": 120},
  {"id": "depth", "step": "prune.depth", "parameters": {"count": 2}, "x": 320, "y": 240},
  {"id": "tasks", "step": "measure.tasks", "parameters": {"names": "resource:demo/questions.jsonl"}, "x": 640, "y": 120},
  {"id": "strange", "step": "stranger.step", "parameters": {"secret": [1, 2]}, "x": 640, "y": 240}],
 "links": [["model.model", "rtn.model"], ["model.model", "magnitude.model"], ["model.model", "depth.model"],
           ["text.text", "depth.text"], ["rtn.model", "tasks.model"]]})";

Document parsed(const std::string& text) { return Document::from_json(parse_json(text, "test"), "test"); }

// Without the step no plugin describes, so that the graph can be built.
Document sound_document() {
  Document document = parsed(document_text);
  document.nodes.pop_back();
  return document;
}

std::string bytes(const Workbench& bench) { return to_pretty(bench.document.document().to_json()); }

double thread_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

QLabel* label_with(QWidget* parent, const QString& text) {
  for (QLabel* label : parent->findChildren<QLabel*>()) {
    if (label->isVisibleTo(parent) && label->text().contains(text)) return label;
  }
  return nullptr;
}

// A button by its visible text or accessible name.
QAbstractButton* button(QWidget* parent, const QString& name) {
  for (QAbstractButton* one : parent->findChildren<QAbstractButton*>()) {
    if (one->isVisibleTo(parent) && (one->text() == name || one->accessibleName().startsWith(name))) return one;
  }
  return nullptr;
}

NodeRecord done_node(const std::string& id, const std::string& step, double bits, std::uint64_t linear) {
  NodeRecord node;
  node.id = id;
  node.step = step;
  node.recipe = "recipe-" + id;
  node.state = NodeState::done;
  node.seconds = 8.4;
  node.ledger = {{"bits_per_weight", bits},
                 {"linear_bytes", linear},
                 {"disk_bytes", 95100000},
                 {"resident_bytes", 96000000},
                 {"sparsity", 0.0},
                 {"badges", {"packed"}},
                 {"kernels", {{"int4-gemv", {{"calls", 210}}}}}};
  return node;
}

}  // namespace

class InspectorTest : public QObject {
  Q_OBJECT

 private:
  struct Desk {
    EngineBridge bridge;
    Workbench bench;
    InspectorPanel panel;
    Desk() : bench(StepCatalogue::load(KELTER_BINARY_DIR "/plugins"), bridge), panel(bench) {}
    ParameterRow* row(const char* parameter) {
      return panel.findChild<ParameterRow*>(QString("parameter-") + parameter);
    }
    // The widget that takes the keys of a parameter.
    QWidget* field(const char* parameter) {
      for (ParameterEditor* editor : row(parameter)->findChildren<ParameterEditor*>()) {
        if (editor->isVisibleTo(row(parameter))) return editor->focusProxy();
      }
      return nullptr;
    }
    Json value(const char* node, const char* parameter) const {
      const Json& given = bench.document.document().find(node)->parameters;
      return given.contains(parameter) ? given[parameter] : Json();
    }
    int steps() { return bench.document.undo_stack().count(); }
    void undo() { bench.document.undo_stack().undo(); }
  };
  std::unique_ptr<Desk> desk_;

  void open(const Document& document, const QString& node) {
    desk_->bench.document.replace(document, {});
    desk_->bench.selection.set(node.isEmpty() ? QStringList() : QStringList{node});
  }
  // Selects what stands there and writes over it.
  void write(const char* parameter, const QString& text) {
    auto* line = qobject_cast<QLineEdit*>(desk_->field(parameter));
    QVERIFY2(line, parameter);
    QTest::mouseClick(line, Qt::LeftButton);
    QVERIFY(line->hasFocus());
    QTest::keyClick(line, Qt::Key_A, Qt::ControlModifier);
    if (text.isEmpty()) QTest::keyClick(line, Qt::Key_Backspace);
    QTest::keyClicks(line, text);
  }
  void tell(const EngineEvent& event) { desk_->bench.runs.apply(event); }

 private Q_SLOTS:
  void initTestCase() {
    QLocale::setDefault(QLocale::c());
    theme().set_mode(Theme::Mode::light);
  }

  void init() {
    QLocale::setDefault(QLocale::c());
    desk_ = std::make_unique<Desk>();
    desk_->panel.resize(340, 900);
    desk_->panel.show();
    QVERIFY(QTest::qWaitForWindowActive(&desk_->panel));
    open(sound_document(), "rtn");
  }
  void cleanup() { desk_.reset(); }

  // ---- the form -------------------------------------------------------------------------------------------

  void every_parameter_of_every_step_has_a_field_with_a_name() {
    int fields = 0;
    for (const StepDescriptor& step : desk_->bench.catalogue.steps()) {
      Document document;
      document.nodes.push_back(new_node(document, step, 0, 0));
      open(document, QString::fromStdString(document.nodes.front().id));
      for (const ParameterSchema& schema : step.parameters) {
        ParameterRow* row = desk_->row(schema.id.c_str());
        QVERIFY2(row, (step.id + "." + schema.id).c_str());
        QVERIFY(desk_->field(schema.id.c_str()));
        ++fields;
      }
      for (QWidget* widget : desk_->panel.findChildren<QWidget*>()) {
        const bool reachable = widget->isVisibleTo(&desk_->panel) && (widget->focusPolicy() & Qt::TabFocus) != 0 &&
                               !widget->focusProxy() && !qobject_cast<QScrollArea*>(widget);
        if (!reachable) continue;
        auto* as_button = qobject_cast<QAbstractButton*>(widget);
        const bool named = !widget->accessibleName().isEmpty() || (as_button && !as_button->text().isEmpty());
        QVERIFY2(named, (step.id + ": " + widget->metaObject()->className()).c_str());
      }
    }
    QVERIFY(fields > 40);
  }

  void the_header_says_what_the_step_is() {
    QVERIFY(label_with(&desk_->panel, "Round to nearest"));
    QVERIFY(label_with(&desk_->panel, "quant.rtn · v1"));
    QVERIFY(label_with(&desk_->panel, "Rounds each weight"));
    QVERIFY(label_with(&desk_->panel, "Nagel et al. 2021"));
    QVERIFY(!label_with(&desk_->panel, "codes are stored packed"));
    QTest::mouseClick(button(&desk_->panel, "card"), Qt::LeftButton);
    for (const char* part : {"Formula", "Paper", "Cost", "What it really saves", "codes are stored packed"}) {
      QVERIFY2(label_with(&desk_->panel, part), part);
    }
  }

  void typing_in_one_field_is_one_undo_step() {
    const std::string before = bytes(desk_->bench);
    write("group", "128");
    QCOMPARE(desk_->value("rtn", "group"), Json(128));
    QTest::keyClick(desk_->field("group"), Qt::Key_Tab);
    QCOMPARE(desk_->steps(), 1);
    write("group", "32");
    QTest::keyClick(desk_->field("group"), Qt::Key_Return);
    QTest::keyClick(desk_->field("group"), Qt::Key_Up);
    QTest::keyClick(desk_->field("group"), Qt::Key_Up);
    QCOMPARE(desk_->value("rtn", "group"), Json(34));
    QCOMPARE(desk_->steps(), 3);
    desk_->undo();
    QCOMPARE(desk_->value("rtn", "group"), Json(32));
    QCOMPARE(qobject_cast<QLineEdit*>(desk_->field("group"))->text(), QString("32"));
    desk_->undo();
    desk_->undo();
    QCOMPARE(bytes(desk_->bench), before);
    desk_->bench.document.undo_stack().redo();
    QCOMPARE(qobject_cast<QLineEdit*>(desk_->field("group"))->text(), QString("128"));
  }

  void a_value_that_is_not_allowed_stays_out_of_the_document() {
    write("group", "-1");
    QCOMPARE(desk_->steps(), 0);
    QVERIFY(label_with(desk_->row("group"), "Allowed is at least 0."));
    QVERIFY(desk_->field("group")->property("invalid").toBool());
    QTest::keyClick(desk_->field("group"), Qt::Key_Return);  // still to be put right
    QCOMPARE(qobject_cast<QLineEdit*>(desk_->field("group"))->text(), QString("-1"));
    QTest::keyClick(desk_->field("group"), Qt::Key_Tab);
    QCOMPARE(qobject_cast<QLineEdit*>(desk_->field("group"))->text(), QString("64"));
    QVERIFY(label_with(desk_->row("group"), "“-1” was not taken."));
    QVERIFY(!desk_->field("group")->property("invalid").toBool());
    write("group", "many");
    QVERIFY(label_with(desk_->row("group"), "Write a whole number"));
    write("group", "96");
    QVERIFY(!label_with(desk_->row("group"), "Write a whole number"));
    QCOMPARE(desk_->value("rtn", "group"), Json(96));
  }

  void escape_gives_up_what_was_written() {
    write("group", "12");
    QTest::keyClick(desk_->field("group"), Qt::Key_Escape);
    QCOMPARE(desk_->value("rtn", "group"), Json(64));
    QCOMPARE(qobject_cast<QLineEdit*>(desk_->field("group"))->text(), QString("64"));
  }

  void undo_in_a_field_is_the_undo_of_the_document() {
    write("group", "128");
    QTest::keyClick(desk_->field("group"), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(desk_->value("rtn", "group"), Json(64));
    QCOMPARE(qobject_cast<QLineEdit*>(desk_->field("group"))->text(), QString("64"));
    QTest::keyClick(desk_->field("group"), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(desk_->value("rtn", "group"), Json(128));
  }

  void a_choice_is_made_with_the_keyboard() {
    auto* choice = qobject_cast<QComboBox*>(desk_->field("bits"));
    QVERIFY(choice);
    QCOMPARE(choice->currentText(), QString("4"));
    choice->setFocus();
    QTest::keyClick(choice, Qt::Key_Up);
    QCOMPARE(desk_->value("rtn", "bits"), Json(3));
    QTest::keyClick(choice, Qt::Key_Down);
    QCOMPARE(desk_->value("rtn", "bits"), Json());  // the default again: nothing is left in the document
    QCOMPARE(desk_->steps(), 2);
    desk_->undo();
    QCOMPARE(choice->currentText(), QString("3"));
  }

  void the_wheel_scrolls_the_page_and_changes_no_choice() {
    auto* choice = qobject_cast<QComboBox*>(desk_->field("bits"));
    choice->setFocus();
    const QPointF middle = choice->rect().center();
    QWheelEvent wheel(middle, choice->mapToGlobal(middle), {}, {0, -120}, Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(choice, &wheel);
    QCOMPARE(desk_->steps(), 0);
  }

  void a_switch_is_one_click() {
    QTest::mouseClick(desk_->field("symmetric"), Qt::LeftButton);
    QCOMPARE(desk_->value("rtn", "symmetric"), Json(true));
    QTest::keyClick(desk_->field("symmetric"), Qt::Key_Space);
    QCOMPARE(desk_->value("rtn", "symmetric"), Json());
    desk_->undo();
    QVERIFY(qobject_cast<Switch*>(desk_->field("symmetric"))->isChecked());
  }

  void numbers_follow_the_locale_on_screen_and_not_in_the_file() {
    QLocale::setDefault(QLocale(QLocale::German));
    desk_ = std::make_unique<Desk>();
    desk_->panel.show();
    QVERIFY(QTest::qWaitForWindowActive(&desk_->panel));
    open(sound_document(), "magnitude");
    QCOMPARE(qobject_cast<QLineEdit*>(desk_->field("sparsity"))->text(), QString("0,5"));
    write("sparsity", "0,25");
    QCOMPARE(desk_->value("magnitude", "sparsity"), Json(0.25));
    write("sparsity", "0.75");
    QCOMPARE(desk_->value("magnitude", "sparsity"), Json(0.75));
    QTest::keyClick(desk_->field("sparsity"), Qt::Key_Return);
    QCOMPARE(qobject_cast<QLineEdit*>(desk_->field("sparsity"))->text(), QString("0,75"));
    QTest::keyClick(desk_->field("sparsity"), Qt::Key_Up);
    QCOMPARE(desk_->value("magnitude", "sparsity"), Json(0.8));
    write("sparsity", "1");  // less than 1 only
    QVERIFY(label_with(desk_->row("sparsity"), "0 to less than 1"));
    QCOMPARE(desk_->value("magnitude", "sparsity"), Json(0.8));
  }

  void text_paths_names_and_layers_are_lines() {
    open(sound_document(), "magnitude");
    write("layers", "4:18");
    QCOMPARE(desk_->value("magnitude", "layers"), Json("4:18"));
    QVERIFY(label_with(desk_->row("layers"), "4 … 17 (14 layers)"));
    write("layers", "4:1");
    QVERIFY(label_with(desk_->row("layers"), "is empty"));
    QCOMPARE(desk_->value("magnitude", "layers"), Json());  // "4:" and before it "4" were passed on the way
    write("layers", "");
    write("pattern", "2:4");
    QCOMPARE(desk_->value("magnitude", "pattern"), Json("2:4"));
    open(sound_document(), "model");
    write("path", "store:other");
    QCOMPARE(desk_->value("model", "path"), Json("store:other"));
    write("path", "");
    QVERIFY(label_with(desk_->row("path"), "A value is needed."));
    open(sound_document(), "tasks");
    write("names", "a+a");
    QVERIFY(label_with(desk_->row("names"), "is there twice"));
    write("names", "a+b");
    QCOMPARE(desk_->value("tasks", "names"), Json("a+b"));
  }

  void a_dropped_file_becomes_a_path_of_the_document() {
    QTemporaryDir folder;
    Document document = sound_document();
    document.folder = folder.path().toStdString();
    open(document, "text");
    drop(desk_->field("path"), {folder.filePath("texts/mine.txt")});
    QCOMPARE(desk_->value("text", "path"), Json("texts/mine.txt"));
    drop(desk_->field("path"), {"/elsewhere/other.txt"});
    QCOMPARE(desk_->value("text", "path"), Json("/elsewhere/other.txt"));
    const fs::path shipped = resource_folder() / "demo/prose-de.txt";
    drop(desk_->field("path"), {QString::fromStdString(shipped.string())});
    QCOMPARE(desk_->value("text", "path"), Json("resource:demo/prose-de.txt"));
    QCOMPARE(desk_->steps(), 3);
    desk_->bench.selection.set({"tasks"});
    drop(desk_->field("names"), {folder.filePath("one.jsonl"), folder.filePath("two.jsonl")});
    QCOMPARE(desk_->value("tasks", "names"), Json("resource:demo/questions.jsonl+one.jsonl+two.jsonl"));
  }

  void a_model_of_the_store_is_named_by_its_folder() {
    QTemporaryDir data;
    qputenv("XDG_DATA_HOME", data.path().toUtf8());
    const fs::path model = model_store_folder() / "tiny" / "tiny.gguf";
    fs::create_directories(model.parent_path());
    write_file_atomically(model, std::string_view("GGUF"));
    QCOMPARE(path_for_document(model, {}), std::string("store:tiny"));
    QCOMPARE(path_for_document(model.parent_path(), {}), std::string("store:tiny"));
    write_file_atomically(model.parent_path() / "second.gguf", std::string_view("GGUF"));
    QCOMPARE(path_for_document(model, {}), model.string());
    qunsetenv("XDG_DATA_HOME");
  }

  void reset_is_there_when_a_value_differs() {
    open(sound_document(), "depth");
    auto* reset = button(desk_->row("count"), "Reset");
    QVERIFY(reset);
    QVERIFY(desk_->field("count")->property("changed").toBool());
    QTest::mouseClick(reset, Qt::LeftButton);
    QCOMPARE(desk_->value("depth", "count"), Json());
    QCOMPARE(qobject_cast<QLineEdit*>(desk_->field("count"))->text(), QString("1"));
    QVERIFY(!button(desk_->row("count"), "Reset"));
    QVERIFY(!desk_->field("count")->property("changed").toBool());
    desk_->undo();
    QCOMPARE(desk_->value("depth", "count"), Json(2));
    QVERIFY(button(desk_->row("count"), "Reset"));
  }

  void a_parameter_without_effect_is_not_shown() {
    QVERIFY(desk_->row("symmetric")->isVisible());
    auto* grid = qobject_cast<QComboBox*>(desk_->field("grid"));
    grid->setFocus();
    QTest::keyClick(grid, Qt::Key_End);
    QCOMPARE(desk_->value("rtn", "grid"), Json("minmax"));
    QVERIFY(!desk_->row("symmetric")->isVisible());
    desk_->undo();
    QVERIFY(desk_->row("symmetric")->isVisible());
    // Swept over a grid that has it and one that has not.
    Document document = sound_document();
    document.nodes[2].parameters["grid"] = {{"sweep", {"minmax", "gptq"}}};
    open(document, "rtn");
    QVERIFY(desk_->row("symmetric")->isVisible());
  }

  void a_rule_between_parameters_is_told_at_the_field() {
    open(sound_document(), "magnitude");
    write("sparsity", "0.3");
    QTest::keyClick(desk_->field("sparsity"), Qt::Key_Tab);
    write("pattern", "2:4");
    QVERIFY(label_with(desk_->row("sparsity"), "the pattern 2:4 means a sparsity of 0.5") ||
            label_with(desk_->row("sparsity"), "The pattern 2:4 means a sparsity of 0.5"));
    QVERIFY(desk_->bench.document.problem());
    QTest::mouseClick(button(desk_->row("sparsity"), "Reset"), Qt::LeftButton);
    QVERIFY(!desk_->bench.document.problem());
    QVERIFY(!label_with(desk_->row("sparsity"), "means a sparsity"));
  }

  void what_a_file_holds_is_shown_even_if_it_is_wrong() {
    Document document = sound_document();
    document.nodes[2].parameters["bits"] = 7;
    open(document, "rtn");
    QCOMPARE(qobject_cast<QComboBox*>(desk_->field("bits"))->currentText(), QString("7"));
    QVERIFY(label_with(desk_->row("bits"), "Allowed are 2, 3, 4, 5, 6, 8."));
    QCOMPARE(desk_->value("rtn", "bits"), Json(7));
  }

  // ---- sweeps ---------------------------------------------------------------------------------------------

  void any_parameter_can_be_swept() {
    const std::string before = bytes(desk_->bench);
    QTest::mouseClick(button(desk_->row("bits"), "Sweep"), Qt::LeftButton);
    QCOMPARE(bytes(desk_->bench), before);  // one value is not a sweep yet
    QCOMPARE(qobject_cast<QLineEdit*>(desk_->field("bits"))->text(), QString("4"));
    write("bits", "3 4;8");
    QVERIFY(label_with(desk_->row("bits"), "Allowed are"));  // "4;8" beside "3 4" is one text
    write("bits", "3 4 8");
    QTest::keyClick(desk_->field("bits"), Qt::Key_Return);
    QCOMPARE(desk_->value("rtn", "bits"), Json({{"sweep", {3, 4, 8}}}));
    QVERIFY(label_with(desk_->row("bits"), "3 values"));
    QCOMPARE(desk_->bench.document.graph()->nodes.size(), sound_document().nodes.size() + 2);
    write("bits", "3 3");
    QVERIFY(label_with(desk_->row("bits"), "3 is there twice."));
    QTest::keyClick(desk_->field("bits"), Qt::Key_Tab);
    QCOMPARE(qobject_cast<QLineEdit*>(desk_->field("bits"))->text(), QString("3"));
    QTest::mouseClick(button(desk_->row("bits"), "Sweep"), Qt::LeftButton);
    QCOMPARE(desk_->value("rtn", "bits"), Json(3));
    QVERIFY(qobject_cast<QComboBox*>(desk_->field("bits")));
    while (desk_->bench.document.undo_stack().canUndo())
      desk_->undo();
    QCOMPARE(bytes(desk_->bench), before);
    QVERIFY(qobject_cast<QComboBox*>(desk_->field("bits")));
    desk_->bench.document.undo_stack().redo();
    QCOMPARE(qobject_cast<QLineEdit*>(desk_->field("bits"))->text(), QString("3 4 8"));
  }

  void sweeps_of_every_kind_read_back_as_they_are_written() {
    const StepDescriptor& rtn = desk_->bench.catalogue.get("quant.rtn");
    const auto schema = [&](const char* id) {
      return *std::find_if(rtn.parameters.begin(), rtn.parameters.end(), [&](const auto& s) { return s.id == id; });
    };
    ParameterSchema number = desk_->bench.catalogue.get("prune.magnitude").parameters.front();
    ParameterSchema text;
    text.id = "text";
    const auto same = [](const ParameterSchema& one, const std::vector<Json>& values) {
      const Json read = sweep_from_text(one, sweep_text(one, values));
      return sweep_values(read) == values;
    };
    QVERIFY(same(schema("bits"), {2, 8}));
    QVERIFY(same(schema("symmetric"), {true, false}));
    QVERIFY(same(schema("grid"), {"awq", "minmax"}));
    QVERIFY(same(schema("layers"), {"", "0:4", "3+5"}));
    QVERIFY(same(text, {"one two"}));
    QVERIFY(same(text, {"one two", "three"}));
    for (const QLocale::Language language : {QLocale::English, QLocale::German, QLocale::French}) {
      QLocale::setDefault(QLocale(language));
      QVERIFY(same(number, {0.1, 0.25, 0.5}));
    }
    QVERIFY_THROWS_EXCEPTION(Error, sweep_from_text(number, " ; "));
  }

  // ---- name, several nodes, document ------------------------------------------------------------------------

  void a_node_is_renamed_and_stays_selected() {
    auto* name = panel_line("Name of the node");
    QCOMPARE(name->text(), QString("rtn"));
    retype(name, "four-bit");
    QCOMPARE(desk_->steps(), 0);  // not before it is whole
    QTest::keyClick(name, Qt::Key_Return);
    QVERIFY(desk_->bench.document.document().find("four-bit"));
    QCOMPARE(desk_->bench.selection.nodes(), QStringList{"four-bit"});
    QCOMPARE(desk_->bench.document.document().links.back().from_node, std::string("four-bit"));
    write("group", "32");
    desk_->undo();
    desk_->undo();
    QTRY_COMPARE(desk_->bench.selection.nodes(), QStringList{"rtn"});
    QCOMPARE(name->text(), QString("rtn"));
    retype(name, "depth");
    QTest::keyClick(name, Qt::Key_Return);
    QVERIFY(label_with(&desk_->panel, "There is another"));
    retype(name, "no good");
    QTest::keyClick(name, Qt::Key_Tab);
    QCOMPARE(name->text(), QString("rtn"));
    QVERIFY(label_with(&desk_->panel, "letters, digits"));
    QVERIFY(desk_->bench.document.document().find("rtn"));
  }

  void one_node_is_bypassed() {
    auto* bypass = button(&desk_->panel, "Bypass");
    QVERIFY(bypass);
    QTest::mouseClick(bypass, Qt::LeftButton);
    QVERIFY(desk_->bench.document.document().find("rtn")->bypass);
    desk_->undo();
    QVERIFY(!bypass->isChecked());
    desk_->bench.selection.set({"model"});
    QVERIFY(!button(&desk_->panel, "Bypass"));  // a source has nothing to pass through
  }

  void several_nodes_share_their_actions() {
    desk_->bench.selection.set({"rtn", "magnitude", "depth"});
    QVERIFY(label_with(&desk_->panel, "3 steps"));
    QVERIFY(label_with(&desk_->panel, "rtn, magnitude, depth"));
    QTest::mouseClick(button(&desk_->panel, "Bypass the selected"), Qt::LeftButton);
    for (const char* id : {"rtn", "magnitude", "depth"})
      QVERIFY(desk_->bench.document.document().find(id)->bypass);
    QCOMPARE(desk_->steps(), 1);
    desk_->undo();
    QTest::mouseClick(button(&desk_->panel, "Remove from the canvas"), Qt::LeftButton);
    QVERIFY(!desk_->bench.document.document().find("rtn"));
    desk_->undo();
    QVERIFY(desk_->bench.document.document().find("rtn"));
  }

  void nothing_selected_shows_the_document() {
    open(Document(), {});
    QVERIFY(label_with(&desk_->panel, "The canvas is empty"));
    open(parsed(document_text), {});
    QVERIFY(label_with(&desk_->panel, "7 steps · 5 links"));
    QVERIFY(label_with(&desk_->panel, "Select a step"));
    QVERIFY(label_with(&desk_->panel, "stranger.step"));  // the problem: no plugin has it
    auto* title = panel_line("Title of the document");
    retype(title, "New");
    QCOMPARE(desk_->bench.document.document().title, std::string("New"));
    QCOMPARE(desk_->steps(), 1);
    desk_->undo();
    QCOMPARE(title->text(), QString("Test"));
  }

  void a_step_no_plugin_describes_is_shown_as_it_is() {
    open(parsed(document_text), "strange");
    QVERIFY(label_with(&desk_->panel, "No plugin describes this step"));
    QVERIFY(label_with(&desk_->panel, "secret"));
  }

  // ---- single layers ----------------------------------------------------------------------------------------

  void single_layers_are_edited_in_a_table() {
    Document document = sound_document();
    document.nodes[2].overrides = {{"0:4", {{"bits", 8}}}};
    open(document, "rtn");
    const std::string before = bytes(desk_->bench);
    auto* table = desk_->panel.findChild<QTableView*>();
    QVERIFY(table->isVisible());
    const int bits = column(table, "Bits");
    QCOMPARE(cell(table, 0, 0), QString("0 … 3"));
    QCOMPARE(cell(table, 0, bits), QString("8"));

    QTest::mouseClick(button(&desk_->panel, "Add layers"), Qt::LeftButton);
    QCOMPARE(desk_->bench.document.document().find("rtn")->overrides,
             Json({{"0:4", {{"bits", 8}}}, {"4:5", Json::object()}}));
    auto* layers = qobject_cast<QLineEdit*>(QApplication::focusWidget());  // the editor of the new row is open
    QVERIFY(layers);
    QTest::keyClick(layers, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(layers, "20:30");
    QTest::keyClick(layers, Qt::Key_Return);
    QCOMPARE(cell(table, 1, 0), QString("20 … 29"));
    QCOMPARE(cell(table, 1, bits), QString("4"));  // as in the whole step

    table->setCurrentIndex(table->model()->index(1, bits));
    table->setFocus();
    QTest::keyClick(table, Qt::Key_Return);
    auto* choice = qobject_cast<QComboBox*>(QApplication::focusWidget());
    QVERIFY(choice);
    QTest::keyClick(choice, Qt::Key_Home);
    QCOMPARE(overrides(), Json({{"0:4", {{"bits", 8}}}, {"20:30", {{"bits", 2}}}}));
    QCOMPARE(cell(table, 1, bits), QString("2"));

    table->setFocus();
    table->setCurrentIndex(table->model()->index(0, bits));
    QTest::keyClick(table, Qt::Key_Delete);
    QCOMPARE(overrides(), Json({{"0:4", Json::object()}, {"20:30", {{"bits", 2}}}}));
    table->setCurrentIndex(table->model()->index(0, 0));
    QTest::mouseClick(button(&desk_->panel, "Remove the row"), Qt::LeftButton);
    QCOMPARE(overrides(), Json({{"20:30", {{"bits", 2}}}}));
    QCOMPARE(desk_->steps(), 5);
    while (desk_->bench.document.undo_stack().canUndo())
      desk_->undo();
    QCOMPARE(bytes(desk_->bench), before);
    QCOMPARE(table->model()->rowCount(), 1);
  }

  void layers_that_cannot_be_read_are_refused_in_the_table() {
    Document document = sound_document();
    document.nodes[2].overrides = {{"0:4", {{"bits", 8}}}, {"8", {{"bits", 6}}}};
    open(document, "rtn");
    auto* table = desk_->panel.findChild<QTableView*>();
    for (const char* wrong : {"4:2", "x", "8", ""}) {
      table->setFocus();
      table->setCurrentIndex(table->model()->index(0, 0));
      QTest::keyClick(table, Qt::Key_Return);
      auto* line = qobject_cast<QLineEdit*>(QApplication::focusWidget());
      QVERIFY(line);
      QTest::keyClick(line, Qt::Key_A, Qt::ControlModifier);
      QTest::keyClick(line, Qt::Key_Backspace);
      QTest::keyClicks(line, wrong);
      QTest::keyClick(line, Qt::Key_Return);
      QVERIFY(QApplication::focusWidget() == line);  // to be put right
      QVERIFY2(danger_text().size() > 5, wrong);
      QTest::keyClick(line, Qt::Key_Escape);
      QCOMPARE(desk_->steps(), 0);
    }
  }

  void looking_at_a_cell_changes_nothing() {
    Document document = sound_document();
    document.nodes[2].overrides = {{"0:4", {{"bits", 8}}}, {"4:8", {{"group", 32}}}};
    open(document, "rtn");
    auto* table = desk_->panel.findChild<QTableView*>();
    table->setFocus();
    table->setCurrentIndex(table->model()->index(0, column(table, "Group")));
    QTest::keyClick(table, Qt::Key_Return);
    auto* line = qobject_cast<QLineEdit*>(QApplication::focusWidget());
    QVERIFY(line);
    QCOMPARE(line->text(), QString("64"));
    QTest::keyClick(line, Qt::Key_Return);
    QCOMPARE(desk_->steps(), 0);
  }

  void the_table_is_hidden_where_layers_cannot_differ() {
    desk_->bench.selection.set({"tasks"});
    QVERIFY(!desk_->panel.findChild<QTableView*>()->isVisible());
    QVERIFY(!button(&desk_->panel, "Add layers"));
  }

  // ---- estimates and results --------------------------------------------------------------------------------

  void estimates_stand_beside_what_was_measured() {
    QVERIFY(label_with(&desk_->panel, "Nothing is known yet"));
    Plan plan;
    plan.nodes = {{"model", "source.model", "recipe-model", true, {}, {}, {}},
                  {"rtn", "quant.rtn", "recipe-rtn", false, 8.1, 400000000, 95000000},
                  {"magnitude", "prune.magnitude", "recipe-magnitude", false, {}, {}, {}},
                  {"depth", "prune.depth", "recipe-depth", true, {}, {}, {}},
                  {"tasks", "measure.tasks", "recipe-tasks", false, 13.9, {}, {}}};
    plan.seconds = 22.0;
    plan.peak_bytes = 400000000;
    plan.disk_bytes = 95000000;
    tell(PlanMade{"plan", plan, {}});
    QCOMPARE(ledger("Time", true), QString("8.1 s"));
    QCOMPARE(ledger("Time", false), QString("unknown"));
    QCOMPARE(ledger("On disk", true), QString("95.0 MB"));
    QCOMPARE(ledger("Peak memory", true), QString("400.0 MB"));
    QVERIFY(ledger("Bits per weight", false).isEmpty());  // not a row of two unknowns

    auto* title = desk_->panel.findChild<QLabel*>("cost-title");
    auto* details = desk_->panel.findChild<QLabel*>("cost-details");
    QVERIFY(title->isVisible());
    QCOMPARE(title->text(), QString("2 of 3 steps are not computed yet"));
    QCOMPARE(details->text(), QString("at least 22 s, a part is unknown · peak 400.0 MB · 95.0 MB on disk"));

    run({done_node("rtn", "quant.rtn", 4.5, 59719680)});
    QCOMPARE(ledger("Bits per weight", false), QString("4.50"));
    QCOMPARE(ledger("Bits per weight", true), QString("unknown"));
    QCOMPARE(ledger("Linear weights", false), QString("59.7 MB"));
    QCOMPARE(ledger("On disk", false), QString("95.1 MB"));
    QCOMPARE(ledger("Resident", false), QString("96.0 MB"));
    QCOMPARE(ledger("Time", false), QString("8.4 s"));
    QCOMPARE(ledger("Kernel", false), QString("int4-gemv"));
    QCOMPARE(ledger("Kind", false), QString("packed"));
    desk_->bench.selection.set({"magnitude"});
    QVERIFY(label_with(&desk_->panel, "Nothing is known yet"));
  }

  void an_edit_says_what_it_re_runs() {
    run({done_node("rtn", "quant.rtn", 4.5, 59719680), done_node("depth", "prune.depth", 16, 200000000)});
    Plan plan;
    plan.nodes = {{"rtn", "quant.rtn", "recipe-rtn", true, {}, {}, {}},
                  {"depth", "prune.depth", "recipe-depth", true, {}, {}, {}},
                  {"magnitude", "prune.magnitude", "recipe-m", true, {}, {}, {}}};
    tell(PlanMade{"plan", plan, {}});
    auto* title = desk_->panel.findChild<QLabel*>("cost-title");
    auto* details = desk_->panel.findChild<QLabel*>("cost-details");
    QVERIFY(!title->isVisible());  // all is there
    write("group", "32");
    plan.nodes[0].cached = false;
    plan.nodes[0].recipe = "other";
    plan.nodes[0].seconds = 22;
    plan.seconds = 22;
    tell(PlanMade{"plan", plan, {}});
    QVERIFY(title->isVisible());
    QCOMPARE(title->text(), QString("This edit re-runs 1 of 3 steps"));
    QCOMPARE(details->text(), QString("about 22 s"));
    QVERIFY(label_with(&desk_->panel, "Measured before the last edits"));
    desk_->undo();  // the new plan is not there yet: the old words stay, without a wrong time
    QVERIFY(title->isVisible());
    QVERIFY(!details->text().contains("22 s"));
    plan.nodes[0] = {"rtn", "quant.rtn", "recipe-rtn", true, {}, {}, {}};
    tell(PlanMade{"plan", plan, {}});
    QVERIFY(!title->isVisible());
  }

  void each_copy_of_a_sweep_has_its_ledger() {
    Document document = sound_document();
    document.nodes[2].parameters["bits"] = {{"sweep", {3, 8}}};
    open(document, "rtn");
    run({done_node("rtn@bits=3", "quant.rtn", 3.5, 1000000), done_node("rtn@bits=8", "quant.rtn", 8.5, 2000000)});
    auto* copies = panel_choice("Copy of the sweep");
    QVERIFY(copies->isVisible());
    QCOMPARE(copies->count(), 2);
    QCOMPARE(ledger("Bits per weight", false), QString("3.50"));
    copies->setFocus();
    QTest::keyClick(copies, Qt::Key_Down);
    QCOMPARE(ledger("Bits per weight", false), QString("8.50"));
    QCOMPARE(desk_->bench.selection.variant(), QString("rtn@bits=8"));
    desk_->bench.selection.set({"rtn"}, "rtn@bits=3");
    QCOMPARE(ledger("Bits per weight", false), QString("3.50"));
  }

  void a_failed_node_says_what_where_why_and_what_to_try() {
    NodeRecord failed = done_node("rtn", "quant.rtn", 4.5, 1);
    failed.state = NodeState::failed;
    failed.ledger = Json();
    failed.error = ErrorInfo{ErrorCode::invalid_parameter, "The group does not divide the row", "node rtn, layer 3",
                             "576 is no multiple of 128", "Use 64."};
    failed.warnings = {"Fewer samples than asked for."};
    run({failed});
    for (const char* part : {"does not divide the row", "layer 3", "576 is no multiple", "Use 64.", "Fewer samples"}) {
      QVERIFY2(label_with(&desk_->panel, part), part);
    }
    QTest::mouseClick(button(&desk_->panel, "Copy the error"), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text().toStdString(), failed.error->text());
    desk_->bench.selection.set({"depth"});
    QVERIFY(!label_with(&desk_->panel, "does not divide the row"));
  }

  void a_missing_link_is_told_at_its_node() {
    Document document = sound_document();
    document.links.erase(document.links.begin() + 3);  // the text of depth
    open(document, "depth");
    QVERIFY(label_with(&desk_->panel, "is not linked"));
    desk_->bench.selection.set({"rtn"});
    QVERIFY(!label_with(&desk_->panel, "is not linked"));
  }

  // ---- help, keyboard, pace ---------------------------------------------------------------------------------

  void help_is_shown_for_the_field_in_hand_and_for_all() {
    desk_->field("group")->setFocus();
    QVERIFY(label_with(&desk_->panel, "How many consecutive inputs of a row share a scale"));
    QVERIFY(label_with(&desk_->panel, "Allowed: at least 0. Default: 64."));
    desk_->field("bits")->setFocus();
    QVERIFY(!label_with(&desk_->panel, "How many consecutive inputs"));
    QVERIFY(!label_with(desk_->row("group"), "How many consecutive inputs"));
    QTest::mouseClick(button(&desk_->panel, "Show the help of every field"), Qt::LeftButton);
    QVERIFY(label_with(desk_->row("group"), "How many consecutive inputs"));
    QVERIFY(label_with(desk_->row("bits"), "The width of a code"));
    desk_->bench.selection.set({"depth"});
    QVERIFY(label_with(desk_->row("count"), "How many layers are removed"));
  }

  void every_field_is_reached_with_the_tab_key() {
    desk_->panel.focus_first_field();
    QSet<QWidget*> reached;
    for (int i = 0; i < 80; ++i) {
      reached.insert(QApplication::focusWidget());
      QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    }
    for (const char* parameter : {"bits", "group", "grid", "symmetric", "scale_type", "layers"}) {
      QVERIFY2(reached.contains(desk_->field(parameter)), parameter);
      QVERIFY(reached.contains(button(desk_->row(parameter), "Sweep")));
    }
    QVERIFY(reached.contains(panel_line("Name of the node")));
  }

  void random_gestures_undone_leave_the_same_bytes() {
    std::mt19937 random(7);
    const std::string before = bytes(desk_->bench);
    const QStringList nodes = {"model", "text", "rtn", "magnitude", "depth", "tasks"};
    const QStringList texts = {"4", "0.5", "x", "", "3+5", "0:4", "2:4", "a+b", "gptq", "-3", "1e3", "32"};
    for (int gesture = 0; gesture < 120; ++gesture) {
      desk_->bench.selection.set({nodes[static_cast<int>(random() % 6)]});
      QList<ParameterRow*> rows;
      for (ParameterRow* row : desk_->panel.findChildren<ParameterRow*>()) {
        if (row->isVisible()) rows.append(row);
      }
      ParameterRow* row = rows[static_cast<int>(random() % static_cast<unsigned>(rows.size()))];
      if (random() % 5 == 0) QTest::mouseClick(button(row, "Sweep"), Qt::LeftButton);
      QWidget* field = desk_->field(row->schema().id.c_str());
      field->setFocus();
      if (auto* line = qobject_cast<QLineEdit*>(field)) {
        line->selectAll();
        QTest::keyClicks(line, texts[static_cast<int>(random() % 12)] + (row->sweeping() ? " 7 8" : ""));
        QTest::keyClick(line, random() % 2 ? Qt::Key_Tab : Qt::Key_Return);
      } else {
        QTest::keyClick(field, random() % 2 ? Qt::Key_Down : Qt::Key_Space);
        if (auto* choice = qobject_cast<QComboBox*>(field)) choice->hidePopup();
      }
      if (random() % 7 == 0) desk_->undo();
    }
    QVERIFY(desk_->steps() > 20);
    desk_->bench.document.undo_stack().setIndex(0);
    QCOMPARE(bytes(desk_->bench), before);
  }

  void showing_a_node_and_typing_take_less_than_50_ms() {
    const QStringList nodes = {"model", "text", "rtn", "magnitude", "depth", "tasks"};
    for (int round = 0; round < 3; ++round) {
      for (const QString& node : nodes) {
        const double start = thread_seconds();
        desk_->bench.selection.set({node});
        const double spent = thread_seconds() - start;
        if (round > 0) QVERIFY2(spent < 0.05, qPrintable(QString("%1: %2 s").arg(node).arg(spent)));
      }
    }
    desk_->bench.selection.set({"rtn"});
    auto* line = qobject_cast<QLineEdit*>(desk_->field("group"));
    line->setFocus();
    line->selectAll();
    for (const char key : {'1', '2', '8'}) {
      const double start = thread_seconds();
      QTest::keyClick(line, key);
      QVERIFY(thread_seconds() - start < 0.05);
    }
  }

  void pictures() {
    const QByteArray folder = qgetenv("KELTER_SCREENSHOTS");
    if (folder.isEmpty()) QSKIP("KELTER_SCREENSHOTS names no folder");
    QDir().mkpath(folder);
    for (const Theme::Mode mode : {Theme::Mode::light, Theme::Mode::dark}) {
      theme().set_mode(mode);
      for (const QSize size : {QSize(300, 640), QSize(360, 960)})
        take_pictures(folder, size);
    }
    theme().set_mode(Theme::Mode::light);
  }

 private:
  QLineEdit* panel_line(const QString& name) {
    for (QLineEdit* line : desk_->panel.findChildren<QLineEdit*>()) {
      if (line->accessibleName() == name) return line;
    }
    return nullptr;
  }
  QComboBox* panel_choice(const QString& name) {
    for (QComboBox* choice : desk_->panel.findChildren<QComboBox*>()) {
      if (choice->accessibleName() == name) return choice;
    }
    return nullptr;
  }
  void retype(QLineEdit* line, const QString& text) {
    line->setFocus();
    QTest::keyClick(line, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(line, text);
  }
  void drop(QWidget* target, const QStringList& files) {
    QMimeData data;
    QList<QUrl> urls;
    for (const QString& file : files)
      urls.append(QUrl::fromLocalFile(file));
    data.setUrls(urls);
    const QPoint middle = target->rect().center();
    QDragEnterEvent enter(middle, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(target, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent fall(middle, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(target, &fall);
  }
  Json overrides() { return desk_->bench.document.document().find("rtn")->overrides; }
  static int column(QTableView* table, const QString& title) {
    for (int i = 0; i < table->model()->columnCount(); ++i) {
      if (table->model()->headerData(i, Qt::Horizontal).toString() == title) return i;
    }
    return -1;
  }
  static QString cell(QTableView* table, int row, int column) {
    return table->model()->index(row, column).data().toString();
  }
  QString danger_text() {
    QString text;
    for (QLabel* label : desk_->panel.findChildren<QLabel*>()) {
      if (label->isVisible() && label->property("role") == "danger") text += label->text();
    }
    return text;
  }
  // A row of the ledger by its accessible name; empty if it is not shown.
  QString ledger(const QString& name, bool estimated) {
    const QString start = name + (estimated ? ", estimated: " : ", measured: ");
    for (QLabel* label : desk_->panel.findChildren<QLabel*>()) {
      if (label->isVisible() && label->accessibleName().startsWith(start)) return label->text();
    }
    return {};
  }
  void run(std::vector<NodeRecord> nodes) {
    desk_->bench.runs.add_queued("run-1", "Test", "/tmp/none");
    RunRecord record;
    record.nodes = nodes;
    for (NodeRecord& node : record.nodes) {
      node.state = NodeState::waiting;
      node.ledger = Json();
      node.error.reset();
      node.warnings.clear();
    }
    tell(RunStarted{"run-1", record});
    for (const NodeRecord& node : nodes)
      tell(NodeChanged{"run-1", node});
    record.nodes = nodes;
    tell(RunFinished{"run-1", record});
  }
  void shoot(const QByteArray& folder, const char* what) {
    QCoreApplication::processEvents();
    const QString name = QString("%1/inspector-%2-%3x%4-%5.png")
                             .arg(QString::fromUtf8(folder), what)
                             .arg(desk_->panel.width())
                             .arg(desk_->panel.height())
                             .arg(theme().dark() ? "dark" : "light");
    QVERIFY(desk_->panel.grab().save(name));
  }
  void take_pictures(const QByteArray& folder, const QSize& size) {
    desk_->panel.resize(size);
    Document document = sound_document();
    document.nodes[2].parameters = {{"bits", 3}, {"group", 64}, {"grid", "awq"}};
    document.nodes[2].overrides = {{"0:4", {{"bits", 8}}}, {"26:30", {{"bits", 6}, {"group", 32}}}};
    open(document, "rtn");
    run({done_node("rtn", "quant.rtn", 3.5, 46400000)});
    Plan plan;
    plan.nodes = {{"rtn", "quant.rtn", "other", false, 8.1, 3100000000, 95000000},
                  {"depth", "prune.depth", "d", true, {}, {}, {}}};
    plan.seconds = 22;
    plan.peak_bytes = 3100000000;
    plan.disk_bytes = 95000000;
    tell(PlanMade{"plan", plan, {}});
    shoot(folder, "rtn");
    desk_->field("group")->setFocus();
    qobject_cast<QLineEdit*>(desk_->field("group"))->setText("-3");
    QTest::keyClick(desk_->field("group"), Qt::Key_0);
    shoot(folder, "refused");
    auto* scroll = desk_->panel.findChild<QScrollArea*>();
    scroll->verticalScrollBar()->setValue(scroll->verticalScrollBar()->maximum());
    shoot(folder, "ledger");
    scroll->verticalScrollBar()->setValue(0);
    document.nodes[2].parameters["bits"] = {{"sweep", {3, 4, 8}}};
    open(document, "rtn");
    QTest::mouseClick(button(&desk_->panel, "card"), Qt::LeftButton);
    shoot(folder, "card");
    QTest::mouseClick(button(&desk_->panel, "close the card"), Qt::LeftButton);
    open(sound_document(), "depth");
    NodeRecord failed = done_node("depth", "prune.depth", 4.5, 1);
    failed.state = NodeState::failed;
    failed.ledger = Json();
    failed.error = ErrorInfo{ErrorCode::invalid_parameter, "More layers are removed than there are",
                             "node depth, step prune.depth", "the model has 2 layers", "Choose a smaller count."};
    failed.warnings = {"The text gives 12 windows of 16 that were asked for."};
    run({failed});
    shoot(folder, "failed");
    desk_->bench.selection.set({"text"});
    shoot(folder, "text");
    desk_->bench.selection.set({"rtn", "depth", "magnitude"});
    shoot(folder, "several");
    desk_->bench.selection.clear();
    shoot(folder, "document");
  }
};

QTEST_MAIN(InspectorTest)
#include "inspector_test.moc"
