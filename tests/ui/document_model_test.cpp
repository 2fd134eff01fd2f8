// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/document_model.h"

#include <QSignalSpy>
#include <QtTest>

#include "core/base/files.h"
#include "tests/describe/random_edits.h"
#include "tests/ui/built_catalogue.h"

using namespace kelter;
using namespace kelter::ui;
using kelter::test::catalogue;

namespace {

Document document_of(const QByteArray& json) { return Document::from_json(Json::parse(json.toStdString()), "test"); }

std::string bytes(const DocumentModel& model) { return to_pretty(model.document().to_json()); }

}  // namespace

class DocumentModelTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void edits_with_one_key_are_one_step_until_the_gesture_ends() {
    DocumentModel model(catalogue());
    model.replace(document_of(test::odd_document()), {});
    const auto set = [&](const char* parameter, int value) {
      model.push(set_parameter(model.document(), "q", parameter, value), "Set");
    };
    set("group", 32);
    set("group", 128);
    QCOMPARE(model.undo_stack().count(), 1);
    set("bits", 3);
    QCOMPARE(model.undo_stack().count(), 2);
    model.end_gesture();
    set("bits", 2);
    QCOMPARE(model.undo_stack().count(), 3);
    model.undo_stack().undo();
    QCOMPARE(model.document().find("q")->parameters["bits"], Json(3));
    model.undo_stack().undo();
    model.undo_stack().undo();
    QCOMPARE(model.document().find("q")->parameters["group"], Json(64));
  }

  void an_empty_edit_is_no_step() {
    DocumentModel model(catalogue());
    model.push(Edit(), "Nothing");
    QCOMPARE(model.undo_stack().count(), 0);
  }

  void moving_touches_no_results_and_parameters_do() {
    DocumentModel model(catalogue());
    model.replace(document_of(test::odd_document()), {});
    QSignalSpy changed(&model, &DocumentModel::changed);
    model.push(move_nodes(model.document(), {{"q", 8, 8}}), "Move");
    QCOMPARE(changed.takeLast().front().toStringList(), QStringList());
    model.push(set_parameter(model.document(), "q", "bits", 3), "Set");
    QCOMPARE(changed.takeLast().front().toStringList(), QStringList{"q"});
    model.push(remove_links(model.document(), {{"q", "model", "p", "model"}}), "Delete");
    QCOMPARE(changed.takeLast().front().toStringList(), QStringList{"p"});
  }

  void the_problem_names_its_node() {
    DocumentModel model(catalogue());
    model.replace(document_of(test::odd_document()), {});
    QVERIFY(!model.graph());
    QCOMPARE(model.problem_node(), std::string("strange"));  // its step is unknown
    model.push(remove_nodes(model.document(), {"strange"}), "Delete");
    QCOMPARE(model.problem_node(), std::string("q"));  // its input is gone
    model.push(add_link(model.document(), catalogue(), {"m", "model", "q", "model"}), "Link");
    QVERIFY(model.graph());
    QCOMPARE(model.problem_node(), std::string());
  }

  void undoing_everything_gives_the_file_back_byte_for_byte_data() {
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<quint64>("seed");
    const QByteArray demo = QByteArray::fromStdString(read_text_file(KELTER_SOURCE_DIR "/resources/demo/demo.kelter"));
    for (quint64 seed = 1; seed <= 5; ++seed) {
      QTest::addRow("demo %d", static_cast<int>(seed)) << demo << seed;
      QTest::addRow("odd %d", static_cast<int>(seed)) << QByteArray(test::odd_document()) << seed;
    }
  }

  void undoing_everything_gives_the_file_back_byte_for_byte() {
    QFETCH(QByteArray, json);
    QFETCH(quint64, seed);
    DocumentModel model(catalogue());
    model.replace(document_of(json), {});
    const std::string start = bytes(model);
    test::RandomEdits random(catalogue(), seed * 7919);
    std::vector<int> made(random.kinds(), 0);
    for (int edits = 0; edits < 300;) {
      const auto [kind, edit] = random.next(model.document());
      if (edit.empty()) continue;
      if (random.below(2) == 0) model.end_gesture();
      model.push(edit, QString::fromStdString(random.name(kind)));
      ++made[kind];
      ++edits;
      // Now and then a person changes their mind.
      if (random.below(10) == 0) model.undo_stack().undo();
      if (random.below(20) == 0) model.undo_stack().redo();
    }
    for (std::size_t kind = 0; kind < made.size(); ++kind)
      QVERIFY2(made[kind] > 0, random.name(kind).c_str());
    const std::string end = bytes(model);
    const int index = model.undo_stack().index();  // behind it may lie what was undone last
    QVERIFY(end != start);
    while (model.undo_stack().canUndo())
      model.undo_stack().undo();
    QVERIFY(bytes(model) == start);
    QVERIFY(!model.modified());
    while (model.undo_stack().index() < index)
      model.undo_stack().redo();
    QVERIFY(bytes(model) == end);
  }
};

QTEST_MAIN(DocumentModelTest)
#include "document_model_test.moc"
