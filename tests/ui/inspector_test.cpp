// SPDX-License-Identifier: GPL-3.0-or-later
// The inspector's form with real keys and clicks: fields of every kind, undo, sweeps, names, several nodes, layers.
#include <QComboBox>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QScrollArea>
#include <QTableView>
#include <QTemporaryDir>
#include <QToolButton>

#include "tests/ui/inspector_desk.h"
#include "ui/inspector/document_path.h"
#include "ui/inspector/fields.h"
#include "ui/inspector/value_text.h"

using namespace kelter;
using namespace kelter::ui;

class InspectorTest : public QObject, private InspectorDesk {
  Q_OBJECT

  // The menu behind a field's button; its entries.
  QStringList known(const char* parameter) {
    QTest::mouseClick(button(desk_->row(parameter), "Choose a file"), Qt::LeftButton);
    auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
    QStringList texts;
    for (QAction* action : menu ? menu->actions() : QList<QAction*>()) texts.append(action->text());
    return texts;
  }

 private Q_SLOTS:
  void initTestCase() { theme().set_mode(Theme::Mode::light); }
  void init() {
    QLocale::setDefault(QLocale::c());
    open_desk();
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
    QTest::mouseClick(button(&desk_->panel, "The whole card"), Qt::LeftButton);
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
    QVERIFY(label_with(desk_->row("group"), "Allowed: at least 0."));
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
    open_desk();
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
    QCOMPARE(desk_->value("magnitude", "layers"), Json("4"));  // the last text on the way that is allowed
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

  void known_models_texts_and_tasks_are_offered() {
    QTemporaryDir data;
    const QByteArray usual = qgetenv("XDG_DATA_HOME");
    const auto restore = qScopeGuard([&] { usual.isEmpty() ? qunsetenv("XDG_DATA_HOME") : qputenv("XDG_DATA_HOME", usual); });
    qputenv("XDG_DATA_HOME", data.path().toUtf8());
    for (const fs::path& file : {model_store_folder() / "tiny" / "tiny.gguf", data_folder() / "data" / "arc-easy-test.jsonl"}) {
      fs::create_directories(file.parent_path());
      write_file_atomically(file, std::string_view("x"));
    }
    open(sound_document(), "model");
    QCOMPARE(known("path"), QStringList({"store:tiny", "", "Another file…"}));
    QTest::keyClick(QApplication::activePopupWidget(), Qt::Key_Down);
    QTest::keyClick(QApplication::activePopupWidget(), Qt::Key_Return);
    QCOMPARE(desk_->value("model", "path"), Json("store:tiny"));
    QCOMPARE(desk_->steps(), 1);
    open(sound_document(), "text");
    QVERIFY(known("path").contains("resource:demo/prose-de.txt"));
    QApplication::activePopupWidget()->close();
    open(sound_document(), "tasks");
    QCOMPARE(known("names"), QStringList({"arc-easy-test", "resource:demo/questions.jsonl", "", "Another file…"}));
    QTest::keyClick(QApplication::activePopupWidget(), Qt::Key_Down);
    QTest::keyClick(QApplication::activePopupWidget(), Qt::Key_Return);
    QCOMPARE(desk_->value("tasks", "names"), Json("resource:demo/questions.jsonl+arc-easy-test"));
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

  void a_path_that_leads_nowhere_says_so() {
    open(sound_document(), "text");
    write("path", "no/such/file.txt");
    QTRY_VERIFY(label_with(desk_->row("path"), "Nothing lies there now."));
    write("path", "resource:demo/prose-en.txt");
    QTRY_VERIFY(!label_with(desk_->row("path"), "Nothing lies there now."));
    QVERIFY(is_there("run/folder#node", {}));
    QVERIFY(!is_there("store:none", {}));
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
    QVERIFY(label_with(desk_->row("bits"), "Allowed: 2, 3, 4, 5, 6, 8."));
    QCOMPARE(desk_->value("rtn", "bits"), Json(7));
  }

  // ---- sweeps ---------------------------------------------------------------------------------------------

  void any_parameter_can_be_swept() {
    const std::string before = bytes(desk_->bench);
    QTest::mouseClick(button(desk_->row("bits"), "Sweep"), Qt::LeftButton);
    QCOMPARE(bytes(desk_->bench), before);  // one value is not a sweep yet
    QCOMPARE(qobject_cast<QLineEdit*>(desk_->field("bits"))->text(), QString("4"));
    write("bits", "3 4;8");
    QCOMPARE(desk_->value("rtn", "bits"), Json({{"sweep", {3, 4, 8}}}));
    write("bits", "3 4 8 7");
    QVERIFY(label_with(desk_->row("bits"), "“7”: Allowed: 2, 3, 4, 5, 6, 8."));
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

  void a_column_is_added_for_another_parameter() {
    auto* table = desk_->panel.findChild<QTableView*>();
    QTest::mouseClick(button(&desk_->panel, "Add layers"), Qt::LeftButton);
    QCOMPARE(overrides(), Json({{"0:1", Json::object()}}));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
    QCOMPARE(table->model()->columnCount(), 2);
    QVERIFY(column(table, "Bits") == 1);
    auto* more = qobject_cast<QToolButton*>(button(&desk_->panel, "Add a column"));
    QTest::keyClick(more->menu(), Qt::Key_Down);
    QTest::keyClick(more->menu(), Qt::Key_Return);
    QCOMPARE(column(table, "Group"), 2);
    QCOMPARE(desk_->steps(), 1);  // looking at a column is no edit
    edit(table, 0, 2, "32");
    QCOMPARE(overrides(), Json({{"0:1", {{"group", 32}}}}));
    QVERIFY(desk_->bench.document.graph());
  }

  void a_layer_given_a_value_twice_is_a_problem_of_the_node() {
    Document document = sound_document();
    document.nodes[2].overrides = {{"0:4", {{"bits", 8}}}, {"3", {{"bits", 6}}}};
    open(document, "rtn");
    QVERIFY(desk_->bench.document.problem());
    QVERIFY(label_with(&desk_->panel, "twice"));
    auto* table = desk_->panel.findChild<QTableView*>();
    edit(table, 1, 0, "5");
    QVERIFY(!desk_->bench.document.problem());
    QVERIFY(!label_with(&desk_->panel, "twice"));
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

 private:
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
  // Opens a cell with Enter, writes over it and closes it with Enter.
  void edit(QTableView* table, int row, int column, const QString& text) {
    table->setFocus();
    table->setCurrentIndex(table->model()->index(row, column));
    QTest::keyClick(table, Qt::Key_Return);
    auto* line = qobject_cast<QLineEdit*>(QApplication::focusWidget());
    QVERIFY(line);
    QTest::keyClick(line, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(line, text);
    QTest::keyClick(line, Qt::Key_Return);
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
};

QTEST_MAIN(InspectorTest)
#include "inspector_test.moc"
