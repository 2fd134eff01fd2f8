// SPDX-License-Identifier: GPL-3.0-or-later
// The library with real keys and clicks: what it lists, search, cards, adding, dragging. KELTER_SCREENSHOTS=DIR writes
// pictures of it.
#include "ui/library/library_panel.h"

#include <QDir>
#include <QDrag>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QScrollArea>
#include <QTemporaryDir>
#include <QTreeView>
#include <QtTest>

#include "core/base/files.h"
#include "core/describe/plugin_folders.h"
#include "ui/library/library_model.h"
#include "ui/library/step_card.h"
#include "ui/library/step_mime.h"
#include "ui/library/templates.h"
#include "ui/theme/theme.h"

using namespace kelter;
using namespace kelter::ui;

namespace {

// A place that takes what the library lets go of.
// What a drag that the mouse began carries. The offscreen platform ends every drag at once, so it is read when the drag
// goes; dropping it is tested where it is dropped (canvas_test).
class DragWatch : public QObject {
 public:
  QByteArray carried;
  DragWatch() { qApp->installEventFilter(this); }

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override {
    const auto* drag = event->type() == QEvent::DeferredDelete ? qobject_cast<QDrag*>(watched) : nullptr;
    if (drag) carried = drag->mimeData()->data(step_mime_type);
    return false;
  }
};

}  // namespace

class LibraryTest : public QObject {
  Q_OBJECT

 private:
  struct Desk {
    EngineBridge bridge;
    Workbench bench;
    LibraryPanel panel;
    Desk() : bench(StepCatalogue::load(KELTER_BINARY_DIR "/plugins"), bridge), panel(bench) {}
  };
  QTemporaryDir data_;
  std::unique_ptr<Desk> desk_;

  QAbstractItemModel* model() { return desk_->panel.tree()->model(); }
  QModelIndex find(const QString& title) {
    for (int group = 0; group < model()->rowCount(); ++group) {
      const QModelIndex heading = model()->index(group, 0);
      if (heading.data().toString() == title) return heading;
      for (int row = 0; row < model()->rowCount(heading); ++row) {
        const QModelIndex entry = model()->index(row, 0, heading);
        if (entry.data().toString() == title) return entry;
      }
    }
    return {};
  }
  QStringList headings() {
    QStringList titles;
    for (int group = 0; group < model()->rowCount(); ++group)
      titles.append(model()->index(group, 0).data().toString());
    return titles;
  }
  QStringList entries() {
    QStringList titles;
    for (int group = 0; group < model()->rowCount(); ++group) {
      const QModelIndex heading = model()->index(group, 0);
      for (int row = 0; row < model()->rowCount(heading); ++row)
        titles.append(model()->index(row, 0, heading).data().toString());
    }
    return titles;
  }
  QPoint place(const QString& title) {
    QTreeView* tree = desk_->panel.tree();
    tree->scrollTo(find(title));
    return tree->visualRect(find(title)).center();
  }
  void double_click(const QString& title) {
    QWidget* rows = desk_->panel.tree()->viewport();
    const QPoint at = place(title);
    QTest::mouseClick(rows, Qt::LeftButton, {}, at);
    QTest::mouseDClick(rows, Qt::LeftButton, {}, at);
  }
  QLabel* label_with(const QString& text) {
    for (QLabel* label : desk_->panel.findChildren<QLabel*>()) {
      if (label->isVisible() && label->text().contains(text)) return label;
    }
    return nullptr;
  }
  const std::vector<Node>& nodes() { return desk_->bench.document.document().nodes; }

 private Q_SLOTS:
  void initTestCase() {
    QLocale::setDefault(QLocale::c());
    theme().set_mode(Theme::Mode::light);
    qputenv("XDG_DATA_HOME", data_.path().toUtf8());
  }

  void init() {
    fs::remove_all(model_store_folder());
    for (const char* file :
         {"tiny/tiny.gguf", "two/a.gguf", "two/b.gguf", "notes/readme.txt", "hf/model.safetensors", "hf/config.json"}) {
      const fs::path path = model_store_folder() / file;
      fs::create_directories(path.parent_path());
      write_file_atomically(path, std::string_view("GGUF 0123456789"));
    }
    desk_ = std::make_unique<Desk>();
    desk_->panel.resize(260, 760);
    QSignalSpy looked(&desk_->panel, &LibraryPanel::models_changed);
    desk_->panel.show();
    QVERIFY(QTest::qWaitForWindowActive(&desk_->panel));
    QTRY_VERIFY(looked.count() > 0);
  }
  void cleanup() { desk_.reset(); }

  void it_lists_models_data_steps_by_family_and_templates() {
    const QStringList wanted = {"Models", "Data", "Pruning", "Quantization", "Formats", "Measure", "Templates"};
    QCOMPARE(headings(), wanted);
    const QStringList all = entries();
    for (const StepDescriptor& step : desk_->bench.catalogue.steps()) {
      if (!step.is_source()) QVERIFY2(all.contains(QString::fromStdString(step.title)), step.id.c_str());
    }
    for (const Template& one : shipped_templates(desk_->bench.catalogue))
      QVERIFY(all.contains(one.title));
    QVERIFY(all.contains("tiny"));
    QVERIFY(all.contains("hf"));
    QVERIFY(!all.contains("two"));  // store:two would not say which
    QVERIFY(!all.contains("notes"));
    QVERIFY(all.contains("Open a model …"));
  }

  void measures_with_their_text_stand_with_the_measures() {
    const auto under = [&](const QString& title) { return find(title).parent().data().toString(); };
    for (const char* title : {"Test text, English", "Test text, French", "240 questions", "Perplexity"})
      QCOMPARE(under(title), QString("Measure"));
    for (const char* title : {"Prose, German", "Text from a file"})
      QCOMPARE(under(title), QString("Data"));
    QVERIFY(find("Test text, English").row() < find("Perplexity").row());
  }

  void the_card_leaves_the_steps_their_room() {
    auto* card = desk_->panel.findChild<QWidget*>("library_card");
    for (const char* title : {"Test text, English", "Remove layers"}) {
      desk_->panel.tree()->setCurrentIndex(find(title));
      QTRY_VERIFY(card->isVisible());
      QTest::qWait(1);
      QVERIFY2(card->height() <= desk_->panel.height() * 0.36, qPrintable(QString::number(card->height())));
      QVERIFY(desk_->panel.tree()->height() >= desk_->panel.height() / 2);
      for (QPushButton* button : card->findChildren<QPushButton*>()) {
        if (button->text() == "Add to the canvas") QVERIFY(card->rect().contains(button->geometry()));
      }
    }
    desk_->panel.resize(260, 400);
    QTest::qWait(1);
    QVERIFY(desk_->panel.tree()->height() >= 150);
  }

  void a_model_that_comes_into_the_store_is_listed_when_the_panel_appears() {
    const fs::path path = model_store_folder() / "late" / "late.gguf";
    fs::create_directories(path.parent_path());
    write_file_atomically(path, std::string_view("GGUF"));
    desk_->panel.hide();
    desk_->panel.show();
    QTRY_VERIFY(entries().contains("late"));
  }

  void search_finds_titles_ids_and_summaries() {
    const auto found = [&](const char* text) {
      desk_->panel.search()->clear();
      QTest::keyClicks(desk_->panel.search(), text);
      return entries();
    };
    QCOMPARE(found("round to near"), (QStringList{"Round to nearest", "GPTQ 4 bit g64 and 3 bit g64"}));  // and a template of both
    QCOMPARE(found("quant.rtn"), QStringList{"Round to nearest"});
    QVERIFY(found("whole layers").contains("Remove layers"));  // words of the summary
    QVERIFY(!found("whole layers").contains("Round to nearest"));
    QCOMPARE(found("PRUNING"), (QStringList{"Magnitude pruning", "Wanda", "SparseGPT", "Remove layers", "Wanda 50 % and SparseGPT 2:4",
                                              "Wanda then GPTQ, GPTQ then Wanda"}));  // a family by its name, and templates
    QVERIFY(found("tiny").contains("tiny"));
    QVERIFY(found("zzzz").isEmpty());
    QVERIFY(label_with("Nothing matches “zzzz”"));
    QVERIFY(!desk_->panel.tree()->isVisible());
    for (QPushButton* button : desk_->panel.findChildren<QPushButton*>()) {
      if (button->isVisible() && button->text() == "Show everything") QTest::mouseClick(button, Qt::LeftButton);
    }
    QCOMPARE(headings().size(), 7);
    QVERIFY(desk_->panel.search()->hasFocus());
  }

  void a_step_is_added_without_the_mouse() {
    QSignalSpy asked(&desk_->panel, &LibraryPanel::add_requested);
    desk_->panel.focus_search();
    QTest::keyClicks(desk_->panel.search(), "tiny");
    QTest::keyClick(desk_->panel.search(), Qt::Key_Return);
    QCOMPARE(nodes().size(), std::size_t(1));
    QCOMPARE(nodes()[0].parameters, Json({{"path", "store:tiny"}}));
    QTest::keyClick(desk_->panel.search(), Qt::Key_Escape);
    QVERIFY(desk_->panel.search()->text().isEmpty());
    QTest::keyClicks(desk_->panel.search(), "round");
    QTest::keyClick(desk_->panel.search(), Qt::Key_Down);
    QVERIFY(desk_->panel.tree()->hasFocus());
    QVERIFY(label_with("Rounds each weight"));  // the card of the row in hand
    QTest::keyClick(desk_->panel.tree(), Qt::Key_Return);
    QCOMPARE(nodes().size(), std::size_t(2));
    QCOMPARE(asked.count(), 2);
    QCOMPARE(asked[1][0].toByteArray(), QByteArray("quant.rtn"));
    // Behind the model, beside it and linked to it, as one step.
    QCOMPARE(desk_->bench.document.document().links.size(), std::size_t(1));
    QVERIFY(nodes()[1].x > nodes()[0].x + 200);
    QCOMPARE(nodes()[1].y, nodes()[0].y);
    QCOMPARE(desk_->bench.selection.current(), QString("rtn"));
    QVERIFY(desk_->bench.document.graph());
    desk_->bench.document.undo_stack().undo();
    QCOMPARE(nodes().size(), std::size_t(1));
    QVERIFY(desk_->bench.document.document().links.empty());
  }

  void what_is_added_never_lies_on_something() {
    for (const char* id :
         {"source.model", "quant.rtn", "quant.rtn", "prune.magnitude", "measure.tasks", "source.text"}) {
      desk_->bench.selection.set(nodes().empty() ? QStringList() : QStringList{QString::fromStdString(nodes()[0].id)});
      QVERIFY(!add_to_document(desk_->bench, id).empty());
    }
    for (const Node& a : nodes()) {
      for (const Node& b : nodes()) {
        if (&a != &b) QVERIFY(!QRectF(a.x, a.y, 208, 80).intersects(QRectF(b.x, b.y, 208, 80)));
      }
    }
    QCOMPARE(add_to_document(desk_->bench, "no.step"), std::string());
    QCOMPARE(nodes().size(), std::size_t(6));
  }

  void a_double_click_adds_and_a_click_shows_the_card() {
    QTreeView* tree = desk_->panel.tree();
    QTest::mouseClick(tree->viewport(), Qt::LeftButton, {}, place("Magnitude pruning"));
    QVERIFY(nodes().empty());
    for (const char* part :
         {"What it does", "Formula", "Paper", "Cost", "What it really saves", "prune.magnitude · v1"}) {
      QTRY_VERIFY2(label_with(part), part);
    }
    double_click("Magnitude pruning");
    QCOMPARE(nodes().size(), std::size_t(1));
    QCOMPARE(nodes()[0].step, std::string("prune.magnitude"));
    QTest::mouseClick(tree->viewport(), Qt::LeftButton, {}, place("Test text, German"));
    QVERIFY(label_with("the calibration does not know"));
  }

  // What a chosen node lacks is put in front of it.
  void a_text_is_linked_to_the_step_that_lacks_one() {
    double_click("Remove layers");
    double_click("Prose, English");
    const Document& document = desk_->bench.document.document();
    QCOMPARE(document.links.size(), std::size_t(1));
    QCOMPARE(document.links[0].from_node, std::string("text"));
    QCOMPARE(document.links[0].to_port, std::string("text"));
    QVERIFY(document.find("text")->x + 200 < document.find("depth")->x);
    QCOMPARE(desk_->bench.selection.current(), QString("depth"));   // the next step goes behind it
    double_click("Prose, German");   // it has one
    QCOMPARE(document.links.size(), std::size_t(1));
    desk_->bench.document.undo_stack().undo();
    desk_->bench.document.undo_stack().undo();
    QCOMPARE(nodes().size(), std::size_t(1));
    QVERIFY(document.links.empty());
  }

  void headings_open_and_close() {
    QTreeView* tree = desk_->panel.tree();
    QVERIFY(tree->isExpanded(find("Quantization")));
    QTest::mouseClick(tree->viewport(), Qt::LeftButton, {}, place("Quantization"));
    QVERIFY(!tree->isExpanded(find("Quantization")));
    QTest::keyClick(tree, Qt::Key_Return);
    QVERIFY(tree->isExpanded(find("Quantization")));
    QTest::keyClick(tree, Qt::Key_Left);
    QVERIFY(!tree->isExpanded(find("Quantization")));
  }

  void templates_are_asked_for_and_not_added() {
    const std::vector<Template> templates = shipped_templates(desk_->bench.catalogue);
    QSignalSpy asked(&desk_->panel, &LibraryPanel::template_requested);
    double_click(templates[0].title);
    QCOMPARE(asked.count(), 1);
    QCOMPARE(asked[0][0].toString(), templates[0].path);
    QVERIFY(nodes().empty());
    QVERIFY(!(model()->flags(find(templates[0].title)) & Qt::ItemIsDragEnabled));
  }

  void a_model_from_anywhere_is_added_through_the_dialog() {
    double_click("Open a model …");
    auto* dialog = desk_->panel.findChild<QFileDialog*>();
    QVERIFY(dialog);
    QVERIFY(!dialog->isModal());  // work goes on
    const QString file = data_.filePath("elsewhere.gguf");
    write_file_atomically(fs::path(file.toStdString()), std::string_view("GGUF"));
    dialog->selectFile(file);
    QMetaObject::invokeMethod(dialog, "accept");
    QTRY_COMPARE(nodes().size(), std::size_t(1));
    QCOMPARE(nodes()[0].parameters, Json({{"path", file.toStdString()}}));
  }

  void a_drag_carries_the_step() {
    const auto mime = [&](const QString& title) {
      std::unique_ptr<QMimeData> data(model()->mimeData({find(title)}));
      return data ? data->data(step_mime_type) : QByteArray();
    };
    QCOMPARE(mime("Round to nearest"), QByteArray("quant.rtn"));
    const auto tiny = read_step_mime(mime("tiny"));
    QVERIFY(tiny);
    QCOMPARE(tiny->step, std::string("source.model"));
    QCOMPARE(tiny->parameters, Json({{"path", "store:tiny"}}));
    QCOMPARE(mime("Quantization"), QByteArray());
    // Everything the library can drag is a node whose parameters the step accepts.
    for (const QString& title : entries()) {
      if (!(model()->flags(find(title)) & Qt::ItemIsDragEnabled)) continue;
      const auto request = read_step_mime(mime(title));
      QVERIFY2(request, qPrintable(title));
      const StepDescriptor& step = desk_->bench.catalogue.get(request->step);
      if (!request->parameters.empty()) step.resolve(request->parameters, "test");
    }
    for (const char* wrong : {"", "{", "{}", "{\"step\": 3}", "{\"step\": \"a\", \"parameters\": 1}"})
      QVERIFY(!read_step_mime(wrong));
  }

  void a_drag_by_mouse_carries_the_step() {
    DragWatch watch;
    QWidget* rows = desk_->panel.tree()->viewport();
    const QPoint start = place("Round to nearest");
    QTest::mousePress(rows, Qt::LeftButton, {}, start);
    for (const int way : {6, 30, 60}) QTest::mouseMove(rows, start + QPoint(way, 4));
    QTest::mouseRelease(rows, Qt::LeftButton, {}, start + QPoint(60, 4));
    QTRY_VERIFY(!watch.carried.isEmpty());
    const auto request = read_step_mime(watch.carried);
    QVERIFY(request);
    QCOMPARE(request->step, std::string("quant.rtn"));
  }

  void citations_are_short_and_linked() {
    QCOMPARE(short_citation("Nagel et al.: A White Paper on Neural Network Quantization, 2021, arXiv:2106.08295"),
             QString("Nagel et al. 2021"));
    QCOMPARE(short_citation("none"), QString());
    QCOMPARE(short_citation("none: the file formats are GGUF"), QString());
    const QString html = citation_html("A <b>: T, arXiv:2106.08295 and doi:10.5281/zenodo.10256836");
    QVERIFY(html.contains("href=\"https://arxiv.org/abs/2106.08295\""));
    QVERIFY(html.contains("href=\"https://doi.org/10.5281/zenodo.10256836\""));
    QVERIFY(html.contains("&lt;b&gt;"));
    for (const StepDescriptor& step : desk_->bench.catalogue.steps()) {
      const bool none = step.card.paper.starts_with("none");
      QVERIFY2(none == short_citation(step.card.paper).isEmpty(), step.id.c_str());
    }
  }

  void pictures() {
    const QByteArray folder = qgetenv("KELTER_SCREENSHOTS");
    if (folder.isEmpty()) QSKIP("KELTER_SCREENSHOTS names no folder");
    QDir().mkpath(folder);
    for (const Theme::Mode mode : {Theme::Mode::light, Theme::Mode::dark}) {
      theme().set_mode(mode);
      for (const QSize size : {QSize(220, 640), QSize(260, 960)}) {
        desk_->panel.resize(size);
        desk_->panel.search()->clear();
        const auto shoot = [&](const char* what) {
          QCoreApplication::processEvents();
          QVERIFY(desk_->panel.grab().save(QString("%1/library-%2-%3-%4.png")
                                               .arg(QString::fromUtf8(folder), what)
                                               .arg(size.width())
                                               .arg(theme().dark() ? "dark" : "light")));
        };
        desk_->panel.tree()->setCurrentIndex({});
        desk_->panel.tree()->scrollToTop();
        shoot("all");
        desk_->panel.tree()->setCurrentIndex(find("Remove layers"));
        shoot("card");
        QTest::keyClicks(desk_->panel.search(), "nothing like this");
        shoot("empty");
      }
    }
    theme().set_mode(Theme::Mode::light);
  }
};

QTEST_MAIN(LibraryTest)
#include "library_test.moc"
