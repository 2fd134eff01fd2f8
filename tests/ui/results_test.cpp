// SPDX-License-Identifier: GPL-3.0-or-later
#include <QClipboard>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTranslator>
#include <QtTest>
#include <ctime>

#include "core/report/result_table.h"
#include "built_catalogue.h"
#include "demo_record.h"
#include "find_widgets.h"
#include "ui/figures/figure_callout.h"
#include "ui/figures/figure_export.h"
#include "ui/figures/figure_plot.h"
#include "ui/figures/mark_geometry.h"
#include "ui/figures/report_text.h"
#include "ui/results/branch_legend.h"
#include "ui/results/elided_label.h"
#include "ui/results/figure_cell.h"
#include "ui/results/results_panel.h"
#include "ui/results/results_table.h"
#include "ui/theme/theme.h"

using namespace kelter;
using namespace kelter::ui;
using kelter::test::catalogue;

namespace {

// A workbench with the demo's document, a record if one is given, and the panel that shows it.
struct Shown {
  EngineBridge bridge;
  Workbench bench;
  ResultsPanel panel;

  explicit Shown(const RunRecord& record = test::demo_record(), bool made_here = true)
      : bench(catalogue(), bridge), panel(bench) {
    bench.document.replace(test::demo_document(), {});
    if (!record.nodes.empty()) bench.runs.apply(RunOpened{"open", "/run", record, {}, made_here});
    panel.resize(1100, 460);
    panel.show();
    panel.refresh_now();
  }

  QPoint centre(const std::string& figure, const std::string& node) {
    FigurePlot& plot = panel.plot(figure);
    for (std::size_t i = 0; i < plot.figure().marks.size(); ++i) {
      if (plot.figure().marks[i].node == node) return plot.mark_rect(i).center().toPoint();
    }
    throw std::logic_error("no mark " + node);
  }

  bool selected(const std::string& figure, const std::string& node) {
    FigurePlot& plot = panel.plot(figure);
    for (std::size_t i = 0; i < plot.figure().marks.size(); ++i) {
      if (plot.figure().marks[i].node == node) return plot.is_selected(i);
    }
    return false;
  }

  QString cell(int row, const QString& column) {
    const QAbstractItemModel& model = *panel.table().model();
    for (int i = 0; i < model.columnCount(); ++i) {
      if (model.headerData(i, Qt::Horizontal, ResultsTableModel::title_role).toString() == column) return model.index(row, i).data().toString();
    }
    return "no column";
  }

  int column(const QString& title) {
    const QAbstractItemModel& model = *panel.table().model();
    for (int i = 0; i < model.columnCount(); ++i) {
      if (model.headerData(i, Qt::Horizontal, ResultsTableModel::title_role).toString() == title) return i;
    }
    return -1;
  }

  QStringList nodes() {
    QStringList out;
    for (int row = 0; row < panel.table().model()->rowCount(); ++row)
      out << cell(row, "Node");
    return out;
  }

  void click_header(const QString& title) {
    QHeaderView* header = panel.table().horizontalHeader();
    panel.table().scrollTo(panel.table().model()->index(0, column(title)));
    const int x = header->sectionViewportPosition(column(title)) + header->sectionSize(column(title)) / 2;
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, QPoint(x, header->height() / 2));
  }

  QStringList visible_texts() {
    QStringList out;
    for (const QLabel* label : panel.findChildren<QLabel*>()) {
      if (label->isVisible()) out << label->text();
    }
    return out;
  }
};

double thread_milliseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

// Knows how long the longest event took of all that were delivered.
class TimedApplication : public QApplication {
 public:
  using QApplication::QApplication;

  bool notify(QObject* receiver, QEvent* event) override {
    if (nested_) return QApplication::notify(receiver, event);
    const QString name = QString("event %1 of %2").arg(event->type()).arg(receiver->metaObject()->className());
    bool result = false;
    nested_ = true;
    time([&] { result = QApplication::notify(receiver, event); }, name);
    nested_ = false;
    return result;
  }

  void time(const std::function<void()>& work, const QString& name) {
    const double start = thread_milliseconds();
    work();
    const double took = thread_milliseconds() - start;
    if (took > longest) longest = took, slowest = name;
  }

  double longest = 0;
  QString slowest;

 private:
  bool nested_ = false;
};

TimedApplication* timed() { return static_cast<TimedApplication*>(qApp); }

// Forty branches with the samples of real measures.
RunRecord large_record() {
  RunRecord run = test::demo_record();
  const std::vector<test::DemoBranch> branches = test::demo_branches();
  for (int i = 0; run.nodes.size() < 40; ++i) {
    NodeRecord node = test::demo_node(branches[static_cast<std::size_t>(i % 6) + 2]);
    node.id = "branch-" + std::to_string(i);
    node.measures[0].value = 30 + i;
    node.measures[0].samples = Json::array();
    for (int s = 0; s < 300; ++s)
      node.measures[0].samples.push_back(3 + 0.001 * s);
    for (const char* task : {"arc_easy", "piqa", "hellaswag", "winogrande"}) {
      MeasureRecord accuracy = node.measures[1];
      accuracy.details["task"] = task;
      accuracy.samples = Json::array();
      for (int s = 0; s < 2000; ++s)
        accuracy.samples.push_back(s % 3 == i % 3 ? 1 : 0);
      node.measures.push_back(accuracy);
    }
    run.nodes.push_back(node);
  }
  for (std::size_t i = 0; i < 8; ++i) {  // every branch has the same tasks
    for (std::size_t task = 5; task < run.nodes[8].measures.size(); ++task)
      run.nodes[i].measures.push_back(run.nodes[8].measures[task]);
  }
  return run;
}

}  // namespace

class ResultsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings_.path());
    QLocale::setDefault(QLocale::c());
    theme().set_mode(Theme::Mode::light);
  }

  void init() { QSettings().clear(); }

  void four_plots_stand_side_by_side_and_two_by_two_where_it_is_narrow() {
    Shown shown;
    const auto places = [&] {
      QList<QPoint> out;
      for (const char* id : {"accuracy", "perplexity", "memory", "throughput"})
        out << shown.panel.cell(id).pos();
      return out;
    };
    QList<QPoint> wide = places();
    QVERIFY(wide[0].y() == wide[3].y() && wide[0].x() < wide[1].x() && wide[1].x() < wide[2].x() && wide[2].x() < wide[3].x());
    shown.panel.resize(560, 700);
    QCoreApplication::processEvents();
    QList<QPoint> narrow = places();
    QVERIFY(narrow[0].y() == narrow[1].y() && narrow[2].y() == narrow[3].y() && narrow[2].y() > narrow[0].y());
    QCOMPARE(narrow[0].x(), narrow[2].x());
  }

  void a_click_on_a_bar_selects_everywhere() {
    Shown shown;
    shown.panel.set_view(ResultsPanel::View::both);
    QTest::mouseClick(&shown.panel.plot("memory"), Qt::LeftButton, {}, shown.centre("memory", "depth2"));
    QCOMPARE(shown.bench.selection.nodes(), QStringList{"depth2"});
    for (const char* id : {"accuracy", "perplexity", "memory", "throughput"}) {
      QVERIFY(shown.selected(id, "depth2"));
      QVERIFY(!shown.selected(id, "file"));
    }
    const QModelIndexList rows = shown.panel.table().selectionModel()->selectedRows();
    QCOMPARE(rows.size(), 1);
    QCOMPARE(rows[0].data().toString(), QString("depth2"));
    QTest::mouseClick(&shown.panel.plot("accuracy"), Qt::LeftButton, Qt::ControlModifier, shown.centre("accuracy", "file"));
    QCOMPARE(shown.bench.selection.nodes(), (QStringList{"depth2", "file"}));
    QTest::mouseClick(&shown.panel.plot("accuracy"), Qt::LeftButton, Qt::ControlModifier, shown.centre("accuracy", "depth2"));
    QCOMPARE(shown.bench.selection.nodes(), QStringList{"file"});
  }

  void a_selection_from_elsewhere_is_shown() {
    Shown shown;
    shown.panel.set_view(ResultsPanel::View::both);
    shown.bench.selection.set({"depth4", "perplexity"});
    QVERIFY(shown.selected("throughput", "depth4"));
    QCOMPARE(shown.panel.table().selectionModel()->selectedRows().size(), 1);
    QCOMPARE(shown.bench.selection.nodes(), (QStringList{"depth4", "perplexity"}));  // not answered by the table
  }

  void a_row_of_the_table_selects_its_branch() {
    Shown shown;
    shown.panel.set_view(ResultsPanel::View::both);
    const QModelIndex row = shown.panel.table().model()->index(4, 0);
    QTest::mouseClick(shown.panel.table().viewport(), Qt::LeftButton, {}, shown.panel.table().visualRect(row).center());
    QCOMPARE(shown.bench.selection.nodes(), QStringList{"rtn-g64"});
    QVERIFY(shown.selected("perplexity", "rtn-g64"));
    QTest::keyClick(&shown.panel.table(), Qt::Key_Down);
    QCOMPARE(shown.bench.selection.nodes(), QStringList{"depth2"});
  }

  void the_legend_selects_by_mouse_and_keys() {
    Shown shown;
    BranchLegend& legend = shown.panel.legend();
    QTest::mouseClick(&legend, Qt::LeftButton, {}, legend.entry_rect(2).center());
    QCOMPARE(shown.bench.selection.nodes(), QStringList{"magnitude30"});
    legend.setFocus();
    QTest::keyClick(&legend, Qt::Key_Right);
    QTest::keyClick(&legend, Qt::Key_Return);
    QCOMPARE(shown.bench.selection.nodes(), QStringList{"rtn-g32-minmax"});
    QVERIFY(legend.accessibleDescription().contains(QString::fromUtf8("\u22122 layers \u2192 RTN 4 bit g64")));
    for (std::size_t i = 0; i < 8; ++i)
      QVERIFY(legend.rect().contains(legend.entry_rect(i)));
  }

  void the_table_sorts_by_number_and_keeps_what_is_missing_last() {
    RunRecord run = test::demo_record();
    run.nodes[5].ledger = nullptr;  // no bytes
    run.nodes[5].state = NodeState::failed;
    run.nodes[0].measures[0].value = 9.5;  // as text behind "52.7"
    Shown shown(run);
    shown.panel.set_view(ResultsPanel::View::table);
    shown.click_header("Perplexity");
    QCOMPARE(shown.nodes().front(), QString("file"));
    QCOMPARE(shown.nodes().back(), QString("depth2-rtn-g64"));
    shown.click_header("Perplexity");
    QCOMPARE(shown.nodes().front(), QString("depth2-rtn-g64"));
    QCOMPARE(shown.nodes().back(), QString("file"));
    shown.click_header("Bytes on disk");
    QCOMPARE(shown.nodes().front(), QString("depth2-rtn-g64"));  // 84.9 MB before 270.3 MB
    QCOMPARE(shown.nodes().back(), QString("depth2"));
    shown.click_header("Bytes on disk");
    QCOMPARE(shown.nodes().front(), QString("bf16"));
    QCOMPARE(shown.nodes().back(), QString("depth2"));
    shown.click_header("Bytes on disk");
    QCOMPARE(shown.nodes().front(), QString("file"));  // as in the run
    QCOMPARE(shown.nodes().back(), QString("depth2-rtn-g64"));
  }

  void copies_are_those_of_the_report() {
    Shown shown;
    shown.panel.set_view(ResultsPanel::View::table);
    const Table table = result_table(test::demo_record());
    const auto copied = [&](const QString& text) {
      for (QAction* action : shown.panel.copy_menu().actions()) {
        if (action->text() == text) action->trigger();
      }
      return QGuiApplication::clipboard()->text().toStdString();
    };
    QCOMPARE(copied("Copy as CSV"), table_to_csv(table));
    QCOMPARE(copied("Copy as Markdown"), table_to_markdown(table));
    QCOMPARE(copied("Copy as LaTeX (booktabs)"), table_to_latex(table));
    copied("Decimal comma in LaTeX");
    LatexOptions comma;
    comma.decimal_comma = true;
    QCOMPARE(copied("Copy as LaTeX (booktabs)"), table_to_latex(table, comma));
    QVERIFY(table_to_latex(table, comma).find("38{,}3") != std::string::npos);
    QGuiApplication::clipboard()->clear();
    shown.panel.table().setFocus();
    QTest::keyClick(&shown.panel.table(), Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QGuiApplication::clipboard()->text().toStdString(), table_to_csv(table));
  }

  void copies_have_the_order_and_the_columns_that_are_shown() {
    Shown shown;
    shown.panel.set_view(ResultsPanel::View::table);
    shown.click_header("Perplexity");
    shown.click_header("Perplexity");
    shown.panel.table().setColumnHidden(shown.column("Badges"), true);
    const QString csv = shown.panel.table().text_as(TableFormat::csv, false);
    QVERIFY(!csv.contains("Badges") && !csv.contains("fewer-layers"));
    QVERIFY(csv.split("\r\n")[1].startsWith("depth2-rtn-g64"));
  }

  void columns_are_chosen_from_the_header_and_remembered() {
    {
      Shown shown;
      shown.panel.set_view(ResultsPanel::View::table);
      QMenu menu;
      shown.panel.table().fill_column_menu(menu);
      for (QAction* action : menu.actions()) {
        QVERIFY(action->text() != "Node");
        if (action->text() == "Against bf16") action->setChecked(false);
      }
      QVERIFY(shown.panel.table().isColumnHidden(shown.column("Against bf16")));
    }
    Shown again;
    QVERIFY(again.panel.table().isColumnHidden(again.column("Against bf16")));
    QVERIFY(!again.panel.table().isColumnHidden(again.column("Against the file")));
  }

  void changes_stand_with_their_paired_error() {
    Shown shown;
    const Table table = result_table(test::demo_record());
    QCOMPARE(shown.cell(4, "Change of Perplexity").toStdString(), table.rows[4][7].text);
    QVERIFY(shown.cell(4, "Change of Perplexity").contains(QString::fromUtf8("±")));
  }

  void mixed_protocols_are_refused_and_offered_to_be_measured_again() {
    RunRecord run = test::demo_record();
    run.nodes[4].measures[0].protocol["window"] = 512;
    Shown shown(run);
    QVERIFY(shown.panel.plot("perplexity").figure().marks.empty());
    QVERIFY(shown.panel.plot("perplexity").accessibleDescription().contains("window: 1024"));
    QPushButton* button = shown.panel.cell("perplexity").remeasure_button();
    QVERIFY(button->isVisible());
    QVERIFY(!shown.panel.cell("memory").remeasure_button()->isVisible());
    QSignalSpy wanted(&shown.panel, &ResultsPanel::remeasure_requested);
    QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(wanted[0][0].toStringList(), QStringList{"perplexity"});  // the measure: all linked to it
  }

  // A branch with a measure of its own is linked to the common one, as one edit that can be undone.
  void measuring_again_gives_every_branch_one_protocol() {
    RunRecord run = test::demo_record();
    run.nodes[4].measures[0].protocol["window"] = 512;
    Shown shown(run);
    const std::string branch = run.nodes[4].id;
    Document document = shown.bench.document.document();
    std::erase_if(document.links, [&](const Link& link) { return link.from_node == branch && link.to_node == "perplexity"; });
    Node other = *document.find("perplexity");
    other.id = "perplexity-2";
    other.parameters["window"] = 512;
    document.nodes.push_back(other);
    document.links.push_back({branch, "model", "perplexity-2", "model"});
    shown.bench.document.replace(document, {});
    shown.bench.runs.apply(RunOpened{"open", "/run", run, {}, true});
    shown.panel.refresh_now();
    QSignalSpy wanted(&shown.panel, &ResultsPanel::remeasure_requested);
    QTest::mouseClick(shown.panel.cell("perplexity").remeasure_button(), Qt::LeftButton);
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(wanted[0][0].toStringList(), QStringList{"perplexity"});
    const auto linked = [&] {
      const auto& links = shown.bench.document.document().links;
      return std::any_of(links.begin(), links.end(), [&](const Link& link) { return link.from_node == branch && link.to_node == "perplexity"; });
    };
    QVERIFY(linked());
    shown.bench.document.undo_stack().undo();
    QVERIFY(!linked());
  }

  // Four plots in 740 px, as a window of 1280 px leaves them.
  void headings_are_whole_in_a_narrow_window_data() {
    QTest::addColumn<QString>("language");
    for (const char* language : {"en", "de", "fr"})
      QTest::newRow(language) << language;
  }

  void headings_are_whole_in_a_narrow_window() {
    QFETCH(QString, language);
    const QLocale before;
    QLocale::setDefault(QLocale(language));
    QTranslator translator;
    QVERIFY(translator.load(":/translations/kelter_" + language + ".qm"));
    QCoreApplication::installTranslator(&translator);
    const auto back = qScopeGuard([&] { QCoreApplication::removeTranslator(&translator), QLocale::setDefault(before); });
    RunRecord run = test::demo_record();
    run.nodes[1].measures.back().value = 1500e6;  // more than five times the least: a logarithmic axis, which is told
    Shown shown(run);
    shown.panel.resize(740, 460);
    for (const char* id : {"accuracy", "perplexity", "memory", "throughput"}) {
      const FigureLayout& layout = shown.panel.plot(id).figure_layout();
      for (const QString& line : layout.subheading + QStringList(layout.heading))
        QVERIFY2(!line.contains(QChar(0x2026)), qPrintable(line));
      QVERIFY(!layout.heading.isEmpty() && !layout.subheading.isEmpty());
    }
    QVERIFY(shown.panel.plot("memory").figure().logarithmic);
  }

  void values_at_marks_hide_no_error_and_no_other_value() {
    Shown shown;
    shown.panel.resize(740, 460);
    for (const char* id : {"accuracy", "perplexity", "memory", "throughput"}) {
      const FigurePlot& plot = shown.panel.plot(id);
      const MarkGeometry& at = plot.geometry();
      QCOMPARE(static_cast<int>(plot.figure_layout().labels), static_cast<int>(ValueLabels::upright));
      std::vector<QRectF> values;
      for (std::size_t i = 0; i < plot.figure().marks.size(); ++i) {
        // The ink of digits is narrower than their line.
        const QRectF box = at.value_box(i, mark_lines(plot.figure().marks[i], at.style(), false), true);
        values.push_back(box.adjusted(0.2 * box.width(), 0, -0.2 * box.width(), 0));
      }
      for (std::size_t i = 0; i < values.size(); ++i) {
        QVERIFY(values[i].top() >= 0);
        for (std::size_t j = 0; j < values.size(); ++j) {
          QVERIFY2(i == j || !values[i].intersects(values[j]), id);
          QVERIFY2(!values[i].intersects(at.error_box(j)), qPrintable(QString("%1 %2 %3").arg(id).arg(i).arg(j)));
        }
      }
    }
  }

  void a_selected_row_stands_where_the_others_do() {
    Shown shown;
    shown.panel.set_view(ResultsPanel::View::table);
    ResultsTable& table = shown.panel.table();
    table.clearFocus();
    // Where the text of a cell begins: the first column that differs from the background at its left.
    const auto first_ink = [&](int column) {
      QCoreApplication::processEvents();  // laid out
      const QImage picture = table.viewport()->grab(table.visualRect(table.model()->index(4, column))).toImage();
      for (int x = 2; x < picture.width(); ++x) {
        for (int y = 4; y < picture.height() - 4; ++y) {
          if (std::abs(qGray(picture.pixel(x, y)) - qGray(picture.pixel(1, y))) > 60) return x;
        }
      }
      return -1;
    };
    for (const int column : {1, 4, 5}) {
      shown.bench.selection.set({});
      const int plain = first_ink(column);
      QVERIFY2(plain > 4, qPrintable(QString("column %1: %2").arg(column).arg(plain)));
      shown.bench.selection.set({"rtn-g64"});
      QCOMPARE(first_ink(column), plain);
    }
  }

  void columns_are_as_wide_as_their_heads() {
    Shown shown;
    shown.panel.set_view(ResultsPanel::View::table);
    const QHeaderView* header = shown.panel.table().horizontalHeader();
    const QFontMetrics metrics(theme().font(Text::body, QFont::Medium));
    for (int i = 0; i < header->count(); ++i) {
      const QString head = header->model()->headerData(i, Qt::Horizontal).toString();
      QVERIFY2(header->sectionSize(i) >= metrics.size(0, head).width() + 16, qPrintable(head));
      QVERIFY2(header->height() >= metrics.size(0, head).height() + 8, qPrintable(head));
    }
    QCOMPARE(header->model()->headerData(shown.column("Decode (tokens/s)"), Qt::Horizontal).toString(), QString("Decode\ntokens/s"));
    QCOMPARE(report_head("Change of Accuracy questions (acc)"), (QStringList{"Change of Accuracy", "questions, acc"}));
    QCOMPARE(report_head("Perplexity [window=512]"), (QStringList{"Perplexity", "[window=512]"}));
    QCOMPARE(report_head("Peak minus idle"), QStringList("Peak minus idle"));
    QCOMPARE(report_head("First token (ms)"), (QStringList{"First token", "ms"}));
  }

  void numbers_of_many_branches_do_not_run_into_each_other() {
    RunRecord run = test::demo_record();
    for (int i = 0; i < 12; ++i) {
      run.nodes.push_back(run.nodes[static_cast<std::size_t>(2 + i % 6)]);
      run.nodes.back().id = "copy-" + std::to_string(i);
    }
    Shown shown(run);
    shown.panel.resize(740, 460);
    const FigureLayout& layout = shown.panel.plot("memory").figure_layout();
    QCOMPARE(layout.names.size(), 20);
    QCOMPARE(layout.names[0], QString("1"));
    const QFontMetricsF metrics(theme().font(Text::small));
    double end = -1;
    for (qsizetype i = 0; i < layout.names.size(); ++i) {
      if (layout.names[i].isEmpty()) continue;
      const double centre = (static_cast<double>(i) + 0.5) * layout.slot, half = metrics.horizontalAdvance(layout.names[i]) / 2;
      QVERIFY(centre - half > end);
      end = centre + half;
    }
  }

  void a_plot_without_values_leaves_its_room_to_the_hint() {
    RunRecord run = test::demo_record();
    for (NodeRecord& node : run.nodes)
      node.measures.clear();
    Shown shown(run);
    const FigurePlot& plot = shown.panel.plot("memory");
    QCOMPARE(plot.figure_layout().subheading, QStringList("lower is better"));
    QCoreApplication::processEvents();  // drawn
    const QImage picture = shown.panel.plot("memory").grab(plot.geometry().axes().toRect()).toImage();
    for (int y = 1; y < picture.height() - 2; ++y) {
      for (int x = 1; x < picture.width(); ++x)
        QCOMPARE(picture.pixel(x, y), picture.pixel(1, 1));
    }
  }

  void copies_hold_what_is_shown_with_units() {
    Shown shown;
    shown.panel.set_view(ResultsPanel::View::table);
    const ResultsTable& table = shown.panel.table();
    const QString csv = table.text_as(TableFormat::csv, false), markdown = table.text_as(TableFormat::markdown, false);
    const QString latex = table.text_as(TableFormat::latex, false), comma = table.text_as(TableFormat::latex, true);
    QVERIFY(csv.startsWith("Node,Bytes on disk,"));
    for (const char* head : {"Peak memory (bytes)", "Peak minus idle (bytes)", "Decode (tokens/s)"})
      QVERIFY2(csv.section('\r', 0, 0).split(',').contains(head), head);
    QVERIFY(csv.contains("\r\nrtn-g64,88700000,"));
    QCOMPARE(shown.cell(4, "Bytes on disk"), QString("88.7 MB"));
    QVERIFY(markdown.contains("| rtn-g64 | 88.7 MB |") && latex.contains("rtn-g64 & 88.7 MB &"));
    QVERIFY(comma.contains("rtn-g64 & 88{,}7 MB &") && latex.contains("\\toprule"));
    const int decode = shown.column("Decode (tokens/s)");
    for (int row = 0; row < table.model()->rowCount(); ++row) {
      const QString shown_text = table.model()->index(row, decode).data().toString();
      QVERIFY2(markdown.contains(shown_text), qPrintable(shown_text));
      QVERIFY2(latex.contains(QString(shown_text).replace(QString::fromUtf8("±"), "$\\pm$")), qPrintable(shown_text));
    }
  }

  void without_results_it_says_what_to_do() {
    Shown shown(RunRecord{});
    QVERIFY(shown.visible_texts().contains("No results yet: press Run all"));
    QPushButton* run = test::named<QPushButton>(shown.panel, "Run the pipeline");
    QVERIFY(run && run->isVisible());
    QSignalSpy requested(&shown.bench, &Workbench::run_requested);
    QTest::mouseClick(run, Qt::LeftButton);
    QVERIFY(requested.size() == 1 || !shown.bench.errors().empty());
    shown.bench.runs.apply(RunOpened{"open", "/run", test::demo_record(), {}, true});
    QTRY_VERIFY(!run->isVisible());
  }

  // Resuming would not bring what nothing in the document measures.
  void a_run_that_ended_early_promises_only_what_is_measured() {
    RunRecord run = test::demo_record();
    for (NodeRecord& node : run.nodes)
      node.measures.clear();
    run.nodes.back().state = NodeState::cancelled;
    Shown shown;
    Document document = Document::from_json(Json::parse(R"({"kelter": 1, "nodes": [
      {"id": "m", "step": "source.model", "parameters": {"path": "m.gguf"}},
      {"id": "p", "step": "measure.perplexity", "parameters": {"text": "t.txt"}}], "links": [["m.model", "p.model"]]})"), "test");
    const auto texts = [&] {
      shown.panel.refresh_now();
      return shown.visible_texts().join(' ');
    };
    shown.bench.document.replace(std::move(document), {});
    shown.bench.runs.apply(RunOpened{"open", "/run", run, {}, true});
    QCOMPARE(texts().count("Resume it to see it here"), 1);  // the perplexity
    QCOMPARE(texts().count("Link the models to a measure"), 3);
  }

  void what_no_measure_looked_at_says_so() {
    RunRecord run = test::demo_record();
    for (NodeRecord& node : run.nodes)
      node.measures.resize(1);
    Shown shown(run);
    QVERIFY(shown.visible_texts().join(' ').contains("Not measured in this run"));
    QCOMPARE(shown.visible_texts().join(' ').count("Not measured in this run"), 3);
  }

  void a_run_made_elsewhere_is_marked() {
    Shown here;
    QVERIFY(!here.visible_texts().join(' ').contains("Recorded on"));
    Shown elsewhere(test::demo_record(), false);
    QVERIFY(elsewhere.visible_texts().contains("Recorded on workstation, x86-64 avx512_bf16, 2 threads"));
  }

  void the_protocol_stands_in_the_header() {
    Shown shown;
    const QString text = shown.panel.findChild<ElidedLabel*>()->text();
    QCOMPARE(text, QString::fromUtf8("0-shot · gptq, window 1024, 9 windows · 256 + 64 tokens · bfloat16"));
  }

  void an_edit_makes_results_stale_at_once() {
    Shown shown;
    shown.panel.set_view(ResultsPanel::View::both);
    QVERIFY(shown.panel.plot("perplexity").stale().empty());
    shown.bench.document.push(set_parameter(shown.bench.document.document(), "depth2", "count", 3), "Set");
    const std::set<std::string> expected = {"depth2", "depth2-rtn-g64"};
    for (const char* id : {"accuracy", "perplexity", "memory", "throughput"})
      QCOMPARE(shown.panel.plot(id).stale(), expected);
    QCOMPARE(shown.nodes()[5], QString("depth2 (stale)"));
    QCOMPARE(shown.nodes()[4], QString("rtn-g64"));
    QVERIFY(shown.panel.table().text_as(TableFormat::csv, false).contains("depth2 (stale)"));
    QVERIFY(shown.visible_texts().join(' ').contains("stale"));
    shown.bench.document.undo_stack().undo();
  }

  void another_text_makes_perplexities_stale_and_nothing_else() {
    Shown shown;
    shown.bench.document.push(set_parameter(shown.bench.document.document(), "perplexity", "window", 512), "Set");
    QCOMPARE(shown.panel.plot("perplexity").stale().size(), std::size_t{8});
    QVERIFY(shown.panel.plot("memory").stale().empty());
    QVERIFY(shown.panel.plot("accuracy").stale().empty());
  }

  void a_run_under_way_is_followed_branch_by_branch() {
    Shown shown(RunRecord{});
    RunRecord waiting = test::demo_record();
    for (NodeRecord& node : waiting.nodes)
      node.state = NodeState::waiting, node.measures.clear(), node.ledger = nullptr;
    shown.bench.runs.add_queued("r", "Demo", "/run");
    shown.bench.runs.apply(RunStarted{"r", waiting});
    QTRY_COMPARE(shown.panel.plot("accuracy").figure().marks.size(), std::size_t{8});
    QVERIFY(shown.panel.plot("accuracy").figure().marks[0].state == MarkState::running);
    QCOMPARE(shown.panel.plot("accuracy").figure().marks[0].reason, std::string("waiting"));
    NodeRecord file = test::demo_node(test::demo_branches()[0]);
    file.state = NodeState::running;
    file.measures.resize(1);
    shown.bench.runs.apply(NodeChanged{"r", file});
    QTRY_VERIFY(shown.panel.plot("perplexity").figure().marks[0].state == MarkState::value);
    QCOMPARE(shown.panel.plot("accuracy").figure().marks[0].reason, std::string("running"));
    QSignalSpy quiet(&shown.panel.plot("memory"), &QCustomPlot::afterReplot);
    QCoreApplication::processEvents();
    quiet.clear();
    file.measures[0].value = 30;  // only the perplexity is new
    shown.bench.runs.apply(NodeChanged{"r", file});
    QTRY_COMPARE(shown.panel.plot("perplexity").figure().marks[0].value, 30.0);
    QTRY_VERIFY(shown.cell(0, "Perplexity").startsWith("30.0"));
    QCoreApplication::processEvents();
    QCOMPARE(quiet.size(), 0);
  }

  void only_changed_cells_of_the_table_are_told() {
    Shown shown;
    RunRecord run = test::demo_record();
    run.nodes[2].measures[0].value = 48.5;
    QSignalSpy changed(shown.panel.table().model(), &QAbstractItemModel::dataChanged);
    QSignalSpy reset(shown.panel.table().model(), &QAbstractItemModel::modelReset);
    shown.bench.runs.apply(RunOpened{"open", "/run", run, {}, true});
    shown.panel.refresh_now();
    QCOMPARE(reset.size(), 0);
    QCOMPARE(changed.size(), 1);
    QCOMPARE(changed[0][0].toModelIndex().row(), 2);
  }

  void a_plot_can_show_another_quantity() {
    Shown shown;
    FigureCell& cell = shown.panel.cell("throughput");
    Q_EMIT cell.menu()->aboutToShow();
    QAction* prefill = nullptr;
    for (QAction* action : cell.menu()->actions()) {
      if (action->text() == "Prefill") prefill = action;
    }
    QVERIFY(prefill && !prefill->isChecked());
    prefill->trigger();
    QCOMPARE(QString::fromStdString(figure_heading(shown.panel.plot("throughput").figure())), QString("Throughput, prefill (tokens/s)"));
  }

  void a_figure_is_exported_from_its_menu() {
    Shown shown;
    FigureCell& cell = shown.panel.cell("memory");
    Q_EMIT cell.menu()->aboutToShow();
    for (QAction* action : cell.menu()->actions()) {
      if (action->text() == QString::fromUtf8("Export figure…")) action->trigger();
    }
    auto* window = shown.panel.findChild<FigureExport*>();
    QVERIFY(window && window->isVisible() && !window->isModal());
    QVERIFY(window->path().contains("memory"));
    Q_EMIT cell.menu()->aboutToShow();
    for (QAction* action : cell.menu()->actions()) {
      if (action->text() == "Copy data as CSV") action->trigger();
    }
    QCOMPARE(QGuiApplication::clipboard()->text().toStdString(), figure_to_csv(shown.panel.plot("memory").figure()));
  }

  void every_button_has_a_name() {
    Shown shown;
    for (const QAbstractButton* button : shown.panel.findChildren<QAbstractButton*>()) {
      if (!button->isVisible() || button->metaObject()->className() == QByteArray("QTableCornerButton")) continue;
      QVERIFY2(!button->accessibleName().isEmpty(), button->metaObject()->className());
    }
  }

  void numbers_on_the_screen_follow_the_locale() {
    QLocale::setDefault(QLocale(QLocale::German));
    {
      Shown shown;
      QCOMPARE(shown.cell(0, "Bytes on disk"), QString("98,4 MB"));
      QVERIFY(shown.panel.plot("perplexity").callout_lines(0).front().contains("31,3"));
      QVERIFY(shown.panel.table().text_as(TableFormat::csv, false).contains("98400000"));  // files do not
    }
    QLocale::setDefault(QLocale::c());
  }

  void an_update_of_forty_branches_takes_no_handler_50_ms() {
    RunRecord run = large_record();
    Shown shown(run);
    shown.panel.set_view(ResultsPanel::View::both);
    shown.panel.resize(1600, 900);
    QCoreApplication::processEvents();
    RunRecord waiting = run;
    shown.bench.runs.add_queued("r", "Large", "/run");
    shown.bench.runs.apply(RunStarted{"r", waiting});
    shown.panel.refresh_now();
    QCoreApplication::processEvents();
    NodeRecord node = run.nodes[20];
    node.measures[0].value = 77;
    node.measures[1].value = 0.5;
    timed()->longest = 0;
    timed()->time([&] { shown.bench.runs.apply(NodeChanged{"r", node}); }, "record_changed");
    QTRY_VERIFY(shown.cell(20, "Perplexity").startsWith("77"));
    QCoreApplication::processEvents();
    QCOMPARE(shown.panel.plot("perplexity").figure().marks[20].value, 77.0);
    qInfo("longest handler: %.1f ms, %s", timed()->longest, qPrintable(timed()->slowest));
    QVERIFY2(timed()->longest < 50, qPrintable(QString::number(timed()->longest) + " ms, " + timed()->slowest));
  }

  // Pictures for people: KELTER_SCREENSHOTS=FOLDER.
  void screenshots() {
    const QByteArray folder = qgetenv("KELTER_SCREENSHOTS");
    if (folder.isEmpty()) QSKIP("KELTER_SCREENSHOTS names no folder");
    const QString path = QString::fromLocal8Bit(folder);
    QDir().mkpath(path);
    RunRecord run = test::demo_record();
    const QByteArray recorded = qgetenv("KELTER_RUN_JSON");
    if (!recorded.isEmpty()) run = RunRecord::from_json(read_json_file(recorded.toStdString()));
    for (const Theme::Mode mode : {Theme::Mode::light, Theme::Mode::dark}) {
      theme().set_mode(mode);
      const QString suffix = mode == Theme::Mode::light ? "-light.png" : "-dark.png";
      QSettings().clear();
      Shown shown(run);
      const auto shoot = [&](const QString& name, int width, int height) {
        shown.panel.resize(width, height);
        QCoreApplication::processEvents();
        shown.panel.refresh_now();
        QCoreApplication::processEvents();
        shown.panel.grab().save(path + '/' + name + suffix);
      };
      shoot("results-1280", 740, 250);
      shoot("results-1920", 1320, 300);
      shoot("results-tab-1280", 740, 640);
      shown.bench.selection.set({"depth2"});
      QTest::mouseMove(&shown.panel.plot("perplexity"), shown.centre("perplexity", "rtn-g64"));
      shoot("results-tab-1920", 1320, 900);
      shown.bench.document.push(set_parameter(shown.bench.document.document(), "depth2", "count", 3), "Set");
      shoot("results-stale", 1320, 320);
      RunRecord mixed = run;
      mixed.nodes[4].measures[0].protocol["window"] = 512;
      shown.bench.runs.apply(RunOpened{"open", "/run", mixed, {}, false});
      shoot("results-mixed", 1320, 340);
      RunRecord running = run;
      for (std::size_t i = 5; i < running.nodes.size(); ++i)
        running.nodes[i].state = i == 5 ? NodeState::running : NodeState::waiting, running.nodes[i].measures.clear();
      shown.bench.runs.add_queued("r", "Demo", "/run");
      shown.bench.runs.apply(RunStarted{"r", running});
      shoot("results-running", 1320, 300);
      Shown large(large_record());
      large.panel.resize(1320, 340);
      QCoreApplication::processEvents();
      large.panel.grab().save(path + "/results-forty" + suffix);
      Shown empty(RunRecord{});
      empty.panel.resize(740, 250);
      QCoreApplication::processEvents();
      empty.panel.grab().save(path + "/results-empty" + suffix);
    }
    theme().set_mode(Theme::Mode::light);
  }

 private:
  QTemporaryDir settings_;
};

int main(int argc, char** argv) {
  if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  TimedApplication app(argc, argv);
  QCoreApplication::setOrganizationName("kelter-test");
  QCoreApplication::setApplicationName("results_test");
  theme().set_mode(Theme::Mode::light);
  ResultsTest test;
  return QTest::qExec(&test, argc, argv);
}

#include "results_test.moc"
