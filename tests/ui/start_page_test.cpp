// SPDX-License-Identifier: GPL-3.0-or-later
// The start page with real clicks, keys and drops; recent documents; what dropped paths are; the shipped templates.
// KELTER_SCREENSHOTS=DIR writes pictures of it.
#include "ui/library/start_page.h"

#include <QDir>
#include <QDragEnterEvent>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

#include "core/base/files.h"
#include "core/describe/graph.h"
#include "core/describe/plugin_folders.h"
#include "ui/library/recent_documents.h"
#include "ui/library/start_cards.h"
#include "ui/library/templates.h"
#include "ui/theme/theme.h"

using namespace kelter;
using namespace kelter::ui;

class StartPageTest : public QObject {
  Q_OBJECT

 private:
  struct Desk {
    EngineBridge bridge;
    Workbench bench;
    RecentDocuments recent;
    StartPage page;
    explicit Desk(const QString& settings)
        : bench(StepCatalogue::load(KELTER_BINARY_DIR "/plugins"), bridge), recent(settings), page(bench, recent) {}
  };
  std::unique_ptr<QTemporaryDir> folder_;
  std::unique_ptr<Desk> desk_;

  QString write(const QString& name, const std::string& content = "x") {
    const fs::path path = folder_->filePath(name).toStdString();
    fs::create_directories(path.parent_path());
    write_file_atomically(path, std::string_view(content));
    return folder_->filePath(name);
  }
  Card* card(const QString& name) {
    for (Card* one : desk_->page.findChildren<Card*>()) {
      if (!one->isHidden() && one->accessibleName().startsWith(name)) return one;
    }
    return nullptr;
  }
  void drop(const QString& path) {
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path)});
    const QPoint place(200, 200);
    QDragEnterEvent enter(place, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(desk_->page.viewport(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent fall(place, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(desk_->page.viewport(), &fall);
    QVERIFY(fall.isAccepted());
  }
  static DroppedPath::Kind kind(const QString& path) { return classify_dropped_path(path).kind; }

 private Q_SLOTS:
  void initTestCase() {
    QLocale::setDefault(QLocale::c());
    theme().set_mode(Theme::Mode::light);
  }
  void init() {
    folder_ = std::make_unique<QTemporaryDir>();
    desk_ = std::make_unique<Desk>(folder_->filePath("settings.ini"));
    desk_->page.resize(1280, 740);
    desk_->page.show();
    QVERIFY(QTest::qWaitForWindowActive(&desk_->page));
  }
  void cleanup() {
    desk_.reset();
    folder_.reset();
  }

  void the_demo_opens_by_mouse_and_by_keyboard() {
    QSignalSpy demo(&desk_->page, &StartPage::demo_requested);
    QTest::mouseClick(card("Open the demo"), Qt::LeftButton);
    QCOMPARE(demo.count(), 1);
    for (const Qt::Key key : {Qt::Key_Return, Qt::Key_Space, Qt::Key_Enter}) {
      card("Open the demo")->setFocus();
      QTest::keyClick(card("Open the demo"), key);
    }
    QCOMPARE(demo.count(), 4);
  }

  void an_open_document_has_a_way_back() {
    auto* back = desk_->page.findChild<QPushButton*>("return");
    QVERIFY(back->isHidden());
    desk_->page.hide();
    desk_->bench.document.replace(Document::load(KELTER_SOURCE_DIR "/resources/demo/demo.kelter"), {});
    desk_->page.show();
    QVERIFY(back->isVisible());
    QVERIFY2(back->text().endsWith("Back to “" + desk_->bench.document.title() + "”"), qPrintable(back->text()));
    QSignalSpy wanted(&desk_->page, &StartPage::return_requested);
    QTest::mouseClick(back, Qt::LeftButton);
    QCOMPARE(wanted.count(), 1);
  }

  void every_card_is_reached_with_the_tab_key() {
    desk_->recent.add(write("a.kelter"), "A");
    card("Open the demo")->setFocus();
    QSet<QWidget*> reached;
    for (int i = 0; i < 30; ++i) {
      reached.insert(QApplication::focusWidget());
      QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    }
    for (Card* one : desk_->page.findChildren<Card*>()) {
      if (!one->isHidden()) QVERIFY2(reached.contains(one), qPrintable(one->accessibleName()));
      QVERIFY(!one->accessibleName().isEmpty());
    }
  }

  void a_click_on_the_drop_zone_asks_for_a_file() {
    QSignalSpy open(&desk_->page, &StartPage::open_requested);
    QTest::mouseClick(card("Drop a model folder"), Qt::LeftButton);
    QCOMPARE(open.count(), 1);
  }

  void templates_are_asked_for_with_their_path() {
    const std::vector<Template> templates = shipped_templates(desk_->bench.catalogue);
    QVERIFY(templates.size() >= 4);
    QSignalSpy asked(&desk_->page, &StartPage::template_requested);
    for (const Template& one : templates) {
      desk_->page.ensureWidgetVisible(card(one.title));
      QTest::mouseClick(card(one.title), Qt::LeftButton);
      QCOMPARE(asked.last()[0].toString(), one.path);
    }
  }

  void every_template_builds_a_graph_and_saves_to_the_same_bytes() {
    for (const Template& one : shipped_templates(desk_->bench.catalogue)) {
      const fs::path path = one.path.toStdString();
      const Document document = Document::load(path);
      const Graph graph = build_graph(document, desk_->bench.catalogue);
      const auto count = [&](auto&& is) { return std::count_if(graph.nodes.begin(), graph.nodes.end(), is); };
      QVERIFY2(count([](const GraphNode& node) { return node.step->is_measure(); }) >= 2, path.c_str());
      const auto work =
          count([](const GraphNode& node) { return !node.step->is_measure() && !node.step->is_source(); });
      QVERIFY2(work >= 3, path.c_str());
      const fs::path copy = folder_->filePath("copy.kelter").toStdString();
      document.save(copy);
      QCOMPARE(read_text_file(copy), read_text_file(path));
      QVERIFY2(!one.title.isEmpty() && one.description.size() > 30, path.c_str());
      QVERIFY2(one.family == "pruning" || one.family == "quantization", one.family.c_str());
      for (const Node& a : document.nodes) {
        for (const Node& b : document.nodes) {
          if (&a != &b)
            QVERIFY2(!QRectF(a.x, a.y, 208, 96).intersects(QRectF(b.x, b.y, 208, 96)), (a.id + " " + b.id).c_str());
        }
        // What a template reads ships with it.
        for (const char* name : {"path", "text", "names"}) {
          const auto file = a.parameters.find(name);
          if (file == a.parameters.end() || !file->is_string()) continue;
          const std::string text = file->get<std::string>();
          if (text.starts_with("resource:")) QVERIFY2(fs::exists(resolve_path(text)), text.c_str());
        }
      }
    }
  }

  void a_file_that_is_no_document_is_no_template() {
    QTemporaryDir resources;
    QDir(resources.path()).mkpath("demo");
    QDir(resources.path()).mkpath("templates");
    write_file_atomically(fs::path(resources.filePath("templates/bad.kelter").toStdString()), std::string_view("{"));
    qputenv("KELTER_RESOURCES", resources.path().toUtf8());
    QCOMPARE(shipped_templates(desk_->bench.catalogue).size(), std::size_t(0));
    qunsetenv("KELTER_RESOURCES");
  }

  // ---- dropped paths ----------------------------------------------------------------------------------------

  void dropped_paths_are_told_apart() {
    using Kind = DroppedPath::Kind;
    QCOMPARE(kind(write("a.kelter", "{}")), Kind::document);
    QCOMPARE(kind(write("copy.json", "{\"kelter\": 1, \"nodes\": []}")), Kind::document);
    QCOMPARE(kind(write("m.gguf", "GGUF\3")), Kind::model_file);
    QCOMPARE(kind(write("m.bin", "GGUF\3")), Kind::model_file);
    write("one/m.gguf", "GGUF");
    QCOMPARE(kind(folder_->filePath("one")), Kind::model_folder);
    write("hf/config.json", "{}");
    write("hf/model-00001.safetensors");
    QCOMPARE(kind(folder_->filePath("hf")), Kind::model_folder);
    write("saved/kelter.json", "{}");
    QCOMPARE(kind(folder_->filePath("saved")), Kind::model_folder);
    QCOMPARE(kind(folder_->filePath("saved/kelter.json")), Kind::model_folder);
    write("run/run.json", "{\"kelter\": \"0.1.0\", \"nodes\": []}");
    write("run/document.kelter", "{}");
    QCOMPARE(kind(folder_->filePath("run")), Kind::run_folder);
    QCOMPARE(kind(folder_->filePath("run/")), Kind::run_folder);
    const DroppedPath record = classify_dropped_path(folder_->filePath("run/run.json"));
    QCOMPARE(record.kind, Kind::run_folder);
    QCOMPARE(record.path, folder_->filePath("run"));
    QCOMPARE(kind(folder_->filePath("run/document.kelter")), Kind::document);
  }

  void what_cannot_be_opened_says_why() {
    write("two/a.gguf", "GGUF");
    write("two/b.gguf", "GGUF");
    write("weights/model.safetensors");
    QDir(folder_->path()).mkpath("empty");
    const std::pair<QString, QString> cases[] = {{folder_->filePath("nowhere"), "no such file"},
                                                 {QString(), "no such file"},
                                                 {write("broken.gguf", "<html>"), "not its contents"},
                                                 {write("x.safetensors"), "Drop the folder"},
                                                 {write("a.txt", "hello"), "neither a model"},
                                                 {folder_->filePath("two"), "2 GGUF files"},
                                                 {folder_->filePath("weights"), "no config.json"},
                                                 {folder_->filePath("empty"), "neither a model nor a run"},
                                                 {write("other.json", "{\"nodes\": []}"), "neither a model"}};
    for (const auto& [path, reason] : cases) {
      const DroppedPath dropped = classify_dropped_path(path);
      QCOMPARE(dropped.kind, DroppedPath::Kind::unknown);
      QVERIFY2(dropped.reason.contains(reason), qPrintable(dropped.reason));
    }
  }

  void a_drop_opens_what_it_is() {
    QSignalSpy document(&desk_->page, &StartPage::document_requested), model(&desk_->page, &StartPage::model_requested),
        run(&desk_->page, &StartPage::run_folder_requested);
    drop(write("a.kelter", "{}"));
    QTRY_COMPARE(document.count(), 1);
    QCOMPARE(document[0][0].toString(), folder_->filePath("a.kelter"));
    drop(write("m.gguf", "GGUF"));
    QTRY_COMPARE(model.count(), 1);
    write("run/run.json", "{}");
    drop(folder_->filePath("run"));
    QTRY_COMPARE(run.count(), 1);
    drop(write("a.txt", "hello"));
    QTRY_VERIFY(card("This cannot be opened"));
    QVERIFY(card("This cannot be opened")->accessibleDescription().contains("a.txt"));
    QCOMPARE(document.count() + model.count() + run.count(), 3);
    drop(folder_->filePath("a.kelter"));
    QTRY_VERIFY(card("Drop a model folder"));  // the refusal has gone
  }

  // ---- recent documents -------------------------------------------------------------------------------------

  void recent_documents_are_kept_newest_first() {
    const QString settings = folder_->filePath("recent.ini");
    {
      RecentDocuments recent(settings);
      for (int i = 0; i < RecentDocuments::most + 3; ++i)
        recent.add(folder_->filePath(QString("%1.kelter").arg(i)), QString::number(i));
      recent.add(folder_->filePath("5.kelter"), "five");
      recent.set_last_run(folder_->filePath("5.kelter"), "5 of 8 steps", true);
      recent.set_last_run("/never/opened.kelter", "nothing", true);
    }
    RecentDocuments recent(settings);
    QCOMPARE(recent.documents().size(), std::size_t(RecentDocuments::most));
    QCOMPARE(recent.documents()[0].title, QString("five"));
    QCOMPARE(recent.documents()[0].last_run, QString("5 of 8 steps"));
    QVERIFY(recent.documents()[0].unfinished);
    QVERIFY(recent.documents()[0].time.secsTo(QDateTime::currentDateTime()) < 60);
    QCOMPARE(recent.documents()[1].title, QString::number(RecentDocuments::most + 2));
    recent.add(folder_->filePath("5.kelter"), "five again");
    QCOMPARE(recent.documents()[0].last_run, QString("5 of 8 steps"));  // opening it forgets nothing
    recent.remove(folder_->filePath("5.kelter"));
    QCOMPARE(recent.documents().size(), std::size_t(RecentDocuments::most - 1));
    recent.clear();
    QVERIFY(RecentDocuments(settings).documents().empty());
  }

  void the_page_offers_recent_documents() {
    const QString there = write("there.kelter", "{}"), gone = folder_->filePath("gone.kelter");
    desk_->recent.add(gone, "Gone");
    desk_->recent.add(there, "There");
    desk_->recent.set_last_run(there, "3 of 4 steps, cancelled", true);
    QTRY_VERIFY(card("Gone, missing"));
    QVERIFY(card("There, resume"));
    QVERIFY(card("There")->accessibleDescription().contains("3 of 4 steps, cancelled · today"));
    QSignalSpy document(&desk_->page, &StartPage::document_requested);
    desk_->page.ensureWidgetVisible(card("Gone"));
    QTest::mouseClick(card("Gone"), Qt::LeftButton);
    QCOMPARE(document.count(), 0);
    card("There")->setFocus();
    QTest::keyClick(card("There"), Qt::Key_Return);
    QCOMPARE(document.count(), 1);
    QCOMPARE(document[0][0].toString(), there);
    QTest::mouseClick(card("Gone")->findChild<QToolButton*>(), Qt::LeftButton);
    QVERIFY(!card("Gone"));
    QCOMPARE(desk_->recent.documents().size(), std::size_t(1));
  }

  void times_are_said_as_a_person_would() {
    const QDateTime now(QDate(2026, 3, 5), QTime(23, 0));
    QCOMPARE(when_text(QDateTime(QDate(2026, 3, 5), QTime(8, 0)), now),
             "today " + QLocale().toString(QTime(8, 0), QLocale::ShortFormat));
    QVERIFY(when_text(QDateTime(QDate(2026, 3, 4), QTime(22, 41)), now).startsWith("yesterday"));
    QVERIFY(!when_text(QDateTime(QDate(2025, 3, 4), QTime(22, 41)), now).contains("day"));
    QCOMPARE(when_text(QDateTime(), now), QString());
  }

  // ---- layout -----------------------------------------------------------------------------------------------

  void nothing_is_cut_off_at_any_size() {
    for (int i = 0; i < 3; ++i)
      desk_->recent.add(folder_->filePath(QString("%1.kelter").arg(i)),
                        QString("A document with a rather long title %1").arg(i));
    for (const QSize size : {QSize(1920, 1000), QSize(1280, 740), QSize(700, 600), QSize(420, 500)}) {
      desk_->page.resize(size);
      QCoreApplication::processEvents();
      QVERIFY2(desk_->page.widget()->width() <= desk_->page.viewport()->width(),
               qPrintable(QString::number(size.width())));
      for (QLabel* label : desk_->page.findChildren<QLabel*>()) {
        if (!label->isVisible() || qobject_cast<RecentRow*>(label->parentWidget())) continue;
        const int wanted = label->wordWrap() ? label->heightForWidth(label->width()) : label->sizeHint().height();
        QVERIFY2(
            label->height() >= wanted,
            qPrintable(
                QString("%1 at %2: %3 of %4").arg(label->text()).arg(size.width()).arg(label->height()).arg(wanted)));
      }
      const Card* first = card("Open the demo");
      const int left = first->mapTo(&desk_->page, QPoint()).x();
      const int right =
          desk_->page.viewport()->width() -
          card("Drop a model folder")->mapTo(&desk_->page, QPoint(card("Drop a model folder")->width(), 0)).x();
      QVERIFY2(std::abs(left - right) <= 2, "the column is centred");
    }
    desk_->page.resize(1280, 740);
    QVERIFY(desk_->page.verticalScrollBar()->maximum() >= 0);
  }

  void pictures() {
    const QByteArray folder = qgetenv("KELTER_SCREENSHOTS");
    if (folder.isEmpty()) QSKIP("KELTER_SCREENSHOTS names no folder");
    QDir().mkpath(folder);
    desk_->recent.add(folder_->filePath("gone.kelter"), "Lecture 2, quantization");
    desk_->recent.add(write("sweep.kelter", "{}"), "How much can be pruned?");
    desk_->recent.set_last_run(folder_->filePath("sweep.kelter"), "7 steps done", false);
    desk_->recent.add(write("matrix.kelter", "{}"), "Thesis matrix");
    desk_->recent.set_last_run(folder_->filePath("matrix.kelter"), "5 of 8 steps, cancelled", true);
    QTRY_VERIFY(card("Lecture 2, quantization, missing"));
    for (const Theme::Mode mode : {Theme::Mode::light, Theme::Mode::dark}) {
      theme().set_mode(mode);
      for (const QSize size : {QSize(1280, 740), QSize(1920, 1020), QSize(640, 700)}) {
        desk_->page.resize(size);
        QCoreApplication::processEvents();
        QVERIFY(desk_->page.grab().save(QString("%1/start-%2-%3.png")
                                            .arg(QString::fromUtf8(folder))
                                            .arg(size.width())
                                            .arg(theme().dark() ? "dark" : "light")));
      }
    }
    drop(write("broken.gguf", "<html>"));
    QTRY_VERIFY(card("This cannot be opened"));
    QVERIFY(desk_->page.grab().save(QString("%1/start-refused-dark.png").arg(QString::fromUtf8(folder))));
    theme().set_mode(Theme::Mode::light);
  }
};

QTEST_MAIN(StartPageTest)
#include "start_page_test.moc"
