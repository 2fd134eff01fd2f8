// SPDX-License-Identifier: GPL-3.0-or-later
#include <QLabel>
#include <QLineEdit>
#include <QPdfWriter>
#include <QProcess>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QSvgRenderer>
#include <QTemporaryDir>
#include <QXmlStreamReader>
#include <QtTest>

#include "demo_record.h"
#include "find_widgets.h"
#include "ui/figures/axis_scale.h"
#include "ui/figures/figure_callout.h"
#include "ui/figures/figure_export.h"
#include "ui/figures/figure_plot.h"
#include "ui/figures/figure_writer.h"
#include "ui/figures/mark_geometry.h"
#include "ui/figures/report_text.h"
#include "ui/models/workbench.h"
#include "ui/theme/theme.h"

using namespace kelter;
using namespace kelter::ui;

namespace {

std::vector<Figure> demo_figures() {
  static const Document document = test::demo_document();
  FigureOptions options;
  options.context.document = &document;
  return result_figures(test::demo_record(), options);
}

Figure demo_figure(const std::string& id) {
  for (const Figure& figure : demo_figures()) {
    if (figure.id == id) return figure;
  }
  throw std::logic_error("no figure " + id);
}

Figure sweep_figure() {
  RunRecord run = test::demo_record();
  run.nodes.resize(2);
  for (const char* step : {"quant.rtn", "prune.magnitude"}) {
    for (const int bits : {2, 3, 4, 8}) {
      NodeRecord node = test::demo_node(test::demo_branches()[4]);
      node.id = std::string(step).substr(step[0] == 'q' ? 6 : 6) + "@bits=" + std::to_string(bits);
      node.step = step;
      node.parameters = {{"bits", bits}};
      node.measures[0].value = 30 + 40.0 / bits + (step[0] == 'q' ? 0 : 6);
      run.nodes.push_back(node);
    }
  }
  return result_figures(run)[1];
}

FigureOutput output_of(FigureFormat format, Look look = Look::thesis) {
  FigureOutput output;
  output.format = format;
  output.look = look;
  return output;
}

QByteArray run_tool(const QString& program, const QStringList& arguments) {
  QProcess process;
  process.start(program, arguments);
  if (!process.waitForStarted()) return {};
  process.waitForFinished();
  return process.readAllStandardOutput();
}

// The text of a PDF as a reader finds it; empty where poppler is missing.
QString pdf_text(const QString& path) { return QString::fromUtf8(run_tool("pdftotext", {"-layout", path, "-"})); }

QByteArray read(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// The only thing in the file that tells when it was made.
QByteArray without_date(QByteArray pdf) {
  const qsizetype at = pdf.indexOf("/CreationDate (");
  if (at < 0) return pdf;
  return pdf.remove(at, pdf.indexOf(')', at) - at + 1);
}

int count_color(const QImage& image, const QColor& color) {
  int count = 0;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x)
      count += image.pixelColor(x, y).rgb() == color.rgb() ? 1 : 0;
  }
  return count;
}

std::size_t index_of(const Figure& figure, const std::string& node) {
  for (std::size_t i = 0; i < figure.marks.size(); ++i) {
    if (figure.marks[i].node == node) return i;
  }
  throw std::logic_error("no mark " + node);
}

struct Files {
  const char* name;
  FigureFormat format;
  Look look;
};
constexpr std::array<Files, 5> rendered = {{{"thesis.pdf", FigureFormat::pdf, Look::thesis},
                                            {"thesis.svg", FigureFormat::svg, Look::thesis},
                                            {"thesis.png", FigureFormat::png, Look::thesis},
                                            {"screen.pdf", FigureFormat::pdf, Look::screen},
                                            {"screen.png", FigureFormat::png, Look::screen}}};

// What the child process does: all figures in all forms, and the display scale it runs at.
int render(const QString& folder) {
  for (const char* id : {"perplexity", "accuracy"}) {
    for (const Files& file : rendered)
      write_figure(demo_figure(id), output_of(file.format, file.look), folder + '/' + id + '-' + file.name);
  }
  write_figure(sweep_figure(), output_of(FigureFormat::svg), folder + "/sweep-thesis.svg");
  QFile scale(folder + "/scale");
  if (!scale.open(QIODevice::WriteOnly)) return 1;
  scale.write(QByteArray::number(QWidget().devicePixelRatioF()));
  return 0;
}

}  // namespace

class FiguresTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    QVERIFY(settings_.isValid());
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings_.path());
    theme().set_mode(Theme::Mode::light);
  }

  // ---- files ------------------------------------------------------------------------------------------

  void exports_are_the_same_at_every_display_scale() {
    QTemporaryDir folder;
    const QStringList scales = {"1", "1.25", "2"};
    for (const QString& scale : scales) {
      QVERIFY(QDir(folder.path()).mkdir(scale));
      QProcess child;
      QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
      environment.insert("QT_SCALE_FACTOR", scale);
      environment.insert("QT_QPA_PLATFORM", "offscreen");
      child.setProcessEnvironment(environment);
      child.start(QCoreApplication::applicationFilePath(), {"--render", folder.filePath(scale)});
      QVERIFY(child.waitForFinished(60000));
      QCOMPARE(child.exitCode(), 0);
      QCOMPARE(read(folder.filePath(scale + "/scale")).toDouble(), scale.toDouble());  // the scale is in force
    }
    const QStringList names = QDir(folder.filePath("1")).entryList(QDir::Files);
    QVERIFY(names.size() == 12);
    for (const QString& name : names) {
      if (name == "scale") continue;
      const QByteArray first = without_date(read(folder.filePath("1/" + name)));
      QVERIFY2(first.size() > 1000, qPrintable(name));
      for (const QString& scale : {QString("1.25"), QString("2")})
        QVERIFY2(without_date(read(folder.filePath(scale + '/' + name))) == first, qPrintable(scale + ' ' + name));
    }
  }

  void a_pdf_has_its_size_its_text_and_its_fonts() {
    QTemporaryDir folder;
    const QString path = folder.filePath("figure.pdf");
    FigureOutput output = output_of(FigureFormat::pdf);
    output.width_mm = 150;
    output.height_mm = 80;
    write_figure(demo_figure("perplexity"), output, path);
    const QByteArray bytes = read(path);
    QVERIFY(bytes.startsWith("%PDF-"));
    QVERIFY(!bytes.contains("/Subtype /Image"));  // vector, not pixels
    const QByteArray info = run_tool("pdfinfo", {path});
    if (info.isEmpty()) QSKIP("poppler-utils are not installed");
    const QRegularExpressionMatch size = QRegularExpression("Page size:\\s+([\\d.]+) x ([\\d.]+) pts").match(info);
    QVERIFY(std::abs(size.captured(1).toDouble() - 150 / 25.4 * 72) < 0.5);
    QVERIFY(std::abs(size.captured(2).toDouble() - 80 / 25.4 * 72) < 0.5);
    const QString text = pdf_text(path);
    for (const char* wanted : {"Perplexity", "Magnitude", "47.3", "file", "bf16"})
      QVERIFY2(text.contains(wanted), qPrintable(text));
    const QList<QByteArray> fonts = run_tool("pdffonts", {path}).split('\n');
    QVERIFY(fonts.size() > 3);
    for (qsizetype i = 2; i < fonts.size(); ++i) {
      if (fonts[i].trimmed().isEmpty()) continue;
      const QRegularExpressionMatch columns = QRegularExpression("(yes|no)\\s+(yes|no)\\s+(yes|no)").match(fonts[i]);
      QVERIFY2(columns.captured(1) == "yes" && columns.captured(3) == "yes", fonts[i].constData());  // embedded, unicode
    }
  }

  void an_svg_is_text_and_shapes_with_its_font() {
    const QByteArray bytes = figure_bytes(demo_figure("perplexity"), output_of(FigureFormat::svg));
    QXmlStreamReader xml(bytes);
    QStringList texts;
    int images = 0;
    QString width, view;
    while (!xml.atEnd()) {
      if (xml.readNext() != QXmlStreamReader::StartElement) continue;
      if (xml.name() == u"svg") width = xml.attributes().value("width").toString(), view = xml.attributes().value("viewBox").toString();
      if (xml.name() == u"image") ++images;
      if (xml.name() == u"text") texts << xml.readElementText().trimmed();
    }
    QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
    QCOMPARE(images, 0);
    QCOMPARE(width, QString("140mm"));
    QCOMPARE(view, QString("0 0 14000 7500"));
    for (const char* wanted : {"47.3", "file", "bf16"})
      QVERIFY2(texts.contains(wanted), qPrintable(texts.join('|')));
    QVERIFY(bytes.contains("@font-face{font-family:'" + usual_serif().toUtf8() + "'"));
    FigureOutput bare = output_of(FigureFormat::svg);
    bare.embed_font = false;
    QVERIFY(!figure_bytes(demo_figure("perplexity"), bare).contains("@font-face"));
    QVERIFY(QSvgRenderer(bytes).isValid());
  }

  // The font in the file is a font again.
  void the_font_of_an_svg_can_be_loaded() {
    const QByteArray bytes = figure_bytes(demo_figure("memory"), output_of(FigureFormat::svg, Look::screen));
    QStringList families;
    int fonts = 0;
    for (qsizetype at = bytes.indexOf(";base64,"); at >= 0; at = bytes.indexOf(";base64,", at + 1)) {
      const qsizetype end = bytes.indexOf(')', at);
      const int id = QFontDatabase::addApplicationFontFromData(QByteArray::fromBase64(bytes.mid(at + 8, end - at - 8)));
      QVERIFY(id >= 0);
      ++fonts;
      families << QFontDatabase::applicationFontFamilies(id);
    }
    QCOMPARE(fonts, 2);  // of the text and of the title
    QVERIFY2(families.front().startsWith(theme().font(Text::small).family()), qPrintable(families.join(',')));
  }

  void a_png_has_the_pixels_asked_for() {
    FigureOutput output = output_of(FigureFormat::png);
    output.width_mm = 100;
    output.height_mm = 50;
    for (const int dpi : {96, 300}) {
      output.dpi = dpi;
      const QImage image = QImage::fromData(figure_bytes(demo_figure("accuracy"), output), "PNG");
      QCOMPARE(image.size(), QSize(qRound(100 / 25.4 * dpi), qRound(50 / 25.4 * dpi)));
      QCOMPARE(qRound(image.dotsPerMeterX() * 0.0254), dpi);
      QVERIFY(count_color(image, Qt::white) > image.width() * image.height() / 3);
    }
  }

  void csv_is_that_of_the_report() {
    const Figure figure = demo_figure("throughput");
    QCOMPARE(figure_bytes(figure, output_of(FigureFormat::csv)).toStdString(), figure_to_csv(figure));
  }

  void a_decimal_comma_is_used_for_all_numbers_or_none() {
    FigureOutput output = output_of(FigureFormat::svg);
    output.embed_font = false;
    const auto numbers = [&] {
      QStringList found;
      QXmlStreamReader xml(figure_bytes(demo_figure("accuracy"), output));
      while (!xml.atEnd()) {
        if (xml.readNext() == QXmlStreamReader::StartElement && xml.name() == u"text") {
          const QString text = xml.readElementText().trimmed();
          if (QRegularExpression("^\\d+[.,]\\d+$").match(text).hasMatch()) found << text;
        }
      }
      return found;
    };
    const QStringList points = numbers();
    output.decimal_comma = true;
    const QStringList commas = numbers();
    QVERIFY(points.contains("0.675") && commas.contains("0,675"));
    QCOMPARE(points.size(), commas.size());
    QVERIFY(points.filter(",").isEmpty() && commas.filter(".").isEmpty());
  }

  void greyscale_hatching_needs_no_colour() {
    FigureOutput output = output_of(FigureFormat::png);
    const auto colourful = [&] {
      const QImage image = QImage::fromData(figure_bytes(demo_figure("memory"), output));
      int count = 0;
      for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
          count += image.pixelColor(x, y).hsvSaturation() > 20 ? 1 : 0;
      }
      return count;
    };
    QVERIFY(colourful() > 1000);
    output.greyscale = true;
    QCOMPARE(colourful(), 0);
    // Neighbours still differ: in grey or in hatching.
    ThesisOptions grey;
    grey.greyscale = true;
    const FigureStyle style = thesis_style(grey, 1);
    const Figure figure = demo_figure("memory");
    for (std::size_t i = 1; i < figure.branches.size(); ++i) {
      const bool differs = style.fill(figure.branches[i], i) != style.fill(figure.branches[i - 1], i - 1) ||
                           style.hatch(figure.branches[i], i) != style.hatch(figure.branches[i - 1], i - 1);
      QVERIFY(differs);
    }
  }

  void refused_figures_and_impossible_sizes_are_errors() {
    RunRecord run = test::demo_record();
    run.nodes[2].measures[0].protocol["window"] = 512;
    const Figure mixed = result_figures(run)[1];
    QVERIFY_EXCEPTION_THROWN(figure_bytes(mixed, output_of(FigureFormat::pdf)), Error);
    FigureOutput output = output_of(FigureFormat::pdf);
    output.width_mm = 5;
    QVERIFY_EXCEPTION_THROWN(figure_bytes(demo_figure("memory"), output), Error);
  }

  void the_preview_is_the_file() {
    FigureOutput output = output_of(FigureFormat::png);
    output.dpi = 100;
    output.width_mm = 127;
    output.height_mm = 63.5;
    const QImage file = QImage::fromData(figure_bytes(demo_figure("perplexity"), output)).convertToFormat(QImage::Format_RGB32);
    QImage preview = figure_preview(demo_figure("perplexity"), output, file.size(), 1).convertToFormat(QImage::Format_RGB32);
    QCOMPARE(preview.size(), file.size());
    preview.setDotsPerMeterX(file.dotsPerMeterX());
    preview.setDotsPerMeterY(file.dotsPerMeterY());
    QCOMPARE(preview, file);
  }

  // ---- axes -------------------------------------------------------------------------------------------

  void ticks_are_round_numbers_within_the_range() {
    const auto labels = [](const AxisScale& scale) {
      QStringList out;
      for (const AxisTick& tick : scale.ticks)
        out << tick.label;
      return out;
    };
    const QLocale c = QLocale::c();
    QCOMPARE(labels(linear_scale(0, 53, 6, c)), (QStringList{"0", "10", "20", "30", "40", "50"}));
    QCOMPARE(labels(linear_scale(0.52, 0.71, 4, c)), (QStringList{"0.55", "0.60", "0.65", "0.70"}));
    QCOMPARE(labels(linear_scale(-0.2, 0.2, 4, c)), (QStringList{"-0.2", "-0.1", "0.0", "0.1", "0.2"}));
    QCOMPARE(labels(linear_scale(0.52, 0.71, 4, QLocale(QLocale::German))).front(), QString("0,55"));
    QCOMPARE(labels(logarithmic_scale(10, 4000, 3, c)), (QStringList{"10", "100", "1000"}));
    QCOMPARE(labels(logarithmic_scale(10, 60, 4, c)), (QStringList{"10", "20", "50"}));
    QCOMPARE(labels(logarithmic_scale(1, 1e12, 4, c)).back(), QString::fromUtf8("10¹²"));
    QVERIFY(linear_scale(1, 1, 4, c).ticks.empty());
    QVERIFY(logarithmic_scale(0, 10, 4, c).ticks.empty());
  }

  void values_are_written_level_then_upright_then_not_at_all() {
    const Figure figure = demo_figure("perplexity");
    const FigureStyle style = screen_style();
    QVERIFY(lay_out(figure, style, QSize(700, 240), {}).labels == ValueLabels::level);
    QVERIFY(lay_out(figure, style, QSize(240, 240), {}).labels == ValueLabels::upright);
    QVERIFY(lay_out(figure, style, QSize(110, 240), {}).labels == ValueLabels::none);
  }

  void a_stale_mark_says_so_in_a_word() {
    const Mark mark = demo_figure("perplexity").marks[2];
    QCOMPARE(mark_lines(mark, screen_style(), true), (QStringList{"47.3", "stale"}));
    QCOMPARE(mark_lines(mark, screen_style(), false), QStringList{"47.3"});
  }

  void bars_start_at_zero_and_dots_do_not() {
    const FigureStyle style = screen_style();
    QCOMPARE(lay_out(demo_figure("perplexity"), style, QSize(400, 240), {}).y.lower, 0.0);
    const FigureLayout dots = lay_out(demo_figure("accuracy"), style, QSize(400, 240), {});
    QVERIFY(dots.y.lower > 0.4 && dots.y.lower < 0.542 - 0.032 && dots.y.upper > 0.683 + 0.030);
  }

  // A cap in front of turned digits reads as one more of them: "26.8" as "126.8".
  void values_keep_clear_of_the_caps_of_their_errors() {
    for (const QSize& size : {QSize(700, 240), QSize(240, 240)}) {
      FigurePlot plot;
      plot.resize(size);
      plot.set_figure(demo_figure("perplexity"));
      plot.show();
      plot.replot();
      const MarkGeometry at(plot);
      const bool upright = at.layout().labels == ValueLabels::upright;
      QCOMPARE(upright, size.width() < 300);
      const double digit = QFontMetricsF(at.style().small).horizontalAdvance('0');
      QCOMPARE(at.style().cap_gap(upright), upright ? digit : at.px(4));
      for (std::size_t i = 0; i < plot.figure().marks.size(); ++i) {
        const Mark& mark = plot.figure().marks[i];
        if (mark.state != MarkState::value || !mark.error) continue;
        const QRectF value = at.value_box(i, mark_lines(mark, at.style(), false), true), error = at.error_box(i);
        QVERIFY(error.top() - value.bottom() >= at.style().cap_gap(upright) - 1e-6);
        QVERIFY(value.top() >= 0);  // and there is room for that
      }
    }
  }

  void slanted_names_stay_inside_the_figure() {
    const FigureStyle style = thesis_style({}, 10);
    const FigureLayout layout = lay_out(demo_figure("perplexity"), style, QSize(2600, 2000), {});
    QVERIFY(layout.slanted);
    for (qsizetype i = 0; i < layout.names.size(); ++i) {
      double width = 0;
      for (const QString& row : layout.names[i].split('\n'))
        width = std::max(width, QFontMetricsF(style.small).horizontalAdvance(row));
      const double end = layout.margins.left() + (static_cast<double>(i) + 0.5) * layout.slot;
      QVERIFY(end - width * 0.7071 > -1.5);
    }
  }

  // ---- the widget -------------------------------------------------------------------------------------

  void the_callout_shows_the_record() {
    QWidget window;
    window.resize(700, 420);
    FigurePlot plot(&window);
    plot.setGeometry(20, 20, 420, 260);
    plot.set_figure(demo_figure("perplexity"));
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    const std::size_t mark = index_of(plot.figure(), "rtn-g64");
    QTest::mouseMove(&plot, plot.mark_rect(mark).center().toPoint());
    QVERIFY(plot.callout() && plot.callout()->isVisible());
    const QString text = plot.callout()->text();
    for (const char* wanted : {"RTN 4 bit g64", "38.3 \u00b1 2.5", "+7.0", "88.7 MB", "4.31", "gptq", "window 1024"})
      QVERIFY2(text.contains(QString::fromUtf8(wanted)), qPrintable(text));
    QVERIFY(window.rect().contains(plot.callout()->geometry()));
    QVERIFY(!text.contains("Stale"));
    plot.set_stale({"rtn-g64"});
    QVERIFY(plot.callout_lines(mark).join(' ').contains("Stale"));
    QTest::mouseMove(&plot, QPoint(2, plot.height() - 2));
    QVERIFY(!plot.callout()->isVisible());
  }

  void a_click_names_the_mark_and_the_control_key_extends() {
    FigurePlot plot;
    plot.resize(420, 260);
    plot.set_figure(demo_figure("memory"));
    plot.show();
    QSignalSpy clicked(&plot, &FigurePlot::mark_clicked);
    const auto centre = [&](const char* node) { return plot.mark_rect(index_of(plot.figure(), node)).center().toPoint(); };
    QTest::mouseClick(&plot, Qt::LeftButton, {}, centre("depth2"));
    QTest::mouseClick(&plot, Qt::LeftButton, Qt::ControlModifier, centre("bf16"));
    QCOMPARE(clicked.size(), 2);
    QCOMPARE(clicked[0], (QList<QVariant>{QString("depth2"), false}));
    QCOMPARE(clicked[1], (QList<QVariant>{QString("bf16"), true}));
    QTest::mousePress(&plot, Qt::LeftButton, {}, centre("depth2"));  // let go elsewhere: no click
    QTest::mouseRelease(&plot, Qt::LeftButton, {}, centre("bf16"));
    QCOMPARE(clicked.size(), 2);
  }

  void the_keys_go_from_mark_to_mark() {
    FigurePlot plot;
    plot.resize(420, 260);
    plot.set_figure(demo_figure("accuracy"));
    plot.show();
    plot.setFocus();
    QSignalSpy clicked(&plot, &FigurePlot::mark_clicked);
    QTest::keyClick(&plot, Qt::Key_Return);
    QCOMPARE(clicked.size(), 0);
    for (int i = 0; i < 3; ++i)
      QTest::keyClick(&plot, Qt::Key_Right);
    QTest::keyClick(&plot, Qt::Key_Left);
    QCOMPARE(*plot.current(), std::size_t{1});
    QVERIFY(plot.callout()->isVisible() && plot.callout()->text().startsWith("bf16"));
    QTest::keyClick(&plot, Qt::Key_Space);
    QCOMPARE(clicked.size(), 1);
    QCOMPARE(clicked[0][0].toString(), QString("bf16"));
    QTest::keyClick(&plot, Qt::Key_Escape);
    QVERIFY(!plot.callout()->isVisible());
  }

  void the_selection_is_outlined_in_the_accent() {
    FigurePlot plot;
    plot.resize(420, 260);
    plot.set_figure(demo_figure("perplexity"));
    const auto accents = [&] { return count_color(plot.toPixmap(420, 260).toImage(), theme().colors().accent); };
    QCOMPARE(accents(), 0);
    plot.set_selected({"depth4"}, {});
    QVERIFY(accents() > 30);
    plot.set_selected({"perplexity"}, {});
    QCOMPARE(accents(), 0);
  }

  void one_copy_of_a_sweep_can_be_selected_alone() {
    FigurePlot plot;
    plot.set_figure(sweep_figure());
    QVERIFY(plot.figure().kind == FigureKind::lines);
    plot.set_selected({"rtn"}, "rtn@bits=3");
    QVERIFY(plot.is_selected(index_of(plot.figure(), "rtn@bits=3")));
    QVERIFY(!plot.is_selected(index_of(plot.figure(), "rtn@bits=4")));
    plot.set_selected({"rtn"}, {});
    QVERIFY(plot.is_selected(index_of(plot.figure(), "rtn@bits=4")));
  }

  void bars_are_as_high_as_their_values() {
    FigurePlot plot;
    plot.resize(420, 260);
    plot.set_figure(demo_figure("perplexity"));
    const QRectF file = plot.mark_rect(index_of(plot.figure(), "file")), depth = plot.mark_rect(index_of(plot.figure(), "depth4"));
    QVERIFY(std::abs(depth.height() / file.height() - 52.3 / 31.3) < 0.02);
  }

  void a_screen_reader_hears_every_value() {
    FigurePlot plot;
    plot.set_figure(demo_figure("perplexity"));
    QCOMPARE(plot.accessibleName(), QString("Perplexity, lower is better"));
    QVERIFY(plot.accessibleDescription().contains(QString::fromUtf8("Magnitude 30 % 47.3 ± 3.4")));
    plot.set_stale({"magnitude30"});
    QVERIFY(plot.accessibleDescription().contains(QString::fromUtf8("47.3 ± 3.4 (stale)")));
  }

  // ---- the export window ------------------------------------------------------------------------------

  void the_export_window_writes_what_it_shows() {
    EngineBridge bridge;
    Workbench bench(StepCatalogue::builtin(), bridge);
    FigureExport window(bench);
    window.set_figures(demo_figures(), "memory");
    window.show();
    QTemporaryDir folder;
    window.set_path(folder.filePath("memory.pdf"));
    FigureOutput output = output_of(FigureFormat::svg);
    output.width_mm = 90;
    window.set_output(output);
    QCOMPARE(window.path(), folder.filePath("memory.svg"));  // the ending follows the format
    QSignalSpy exported(&window, &FigureExport::exported);
    QTest::mouseClick(test::named<QPushButton>(window, "Export the figure"), Qt::LeftButton);
    QCOMPARE(exported.size(), 1);
    QCOMPARE(read(folder.filePath("memory.svg")), figure_bytes(demo_figure("memory"), window.output()));
    QVERIFY(bench.errors().empty());
  }

  void the_last_settings_are_remembered() {
    EngineBridge bridge;
    Workbench bench(StepCatalogue::builtin(), bridge);
    QTemporaryDir folder;
    FigureOutput output = output_of(FigureFormat::png, Look::thesis);
    output.width_mm = 77;
    output.dpi = 450;
    output.decimal_comma = output.greyscale = output.heading = true;
    output.points = 10.5;
    output.font = usual_serif();
    {
      FigureExport first(bench);
      first.set_figures(demo_figures(), "accuracy");
      first.set_output(output);
      first.set_path(folder.filePath("a.png"));
      QVERIFY(first.export_now());
    }
    FigureExport second(bench);
    second.set_figures(demo_figures(), "accuracy");
    QVERIFY(second.output() == output);
    QVERIFY(second.path().startsWith(folder.path()));
  }

  void what_cannot_be_written_is_reported() {
    EngineBridge bridge;
    Workbench bench(StepCatalogue::builtin(), bridge);
    FigureExport window(bench);
    window.set_figures(demo_figures(), "accuracy");
    QTemporaryDir folder;
    window.set_path(folder.filePath("no-such-folder/x.pdf"));
    QVERIFY(!window.export_now());
    QCOMPARE(bench.errors().size(), std::size_t{1});
    QVERIFY(!bench.errors().front().what.empty());
    QVERIFY(QDir(folder.path()).isEmpty());
  }

  void phrases_of_the_report_can_be_translated() {
    const QByteArray source = read(KELTER_SOURCE_DIR "/ui/figures/report_text.cpp");
    std::set<std::string> asked;
    FigureOptions options;
    const Document document = test::demo_document();
    options.context.document = &document;
    options.context.translate = [&](const std::string& english) { return asked.insert(english), english; };
    RunRecord run = test::demo_record();
    run.nodes[3].state = NodeState::failed;
    run.nodes[3].measures.clear();
    run.nodes[4].state = NodeState::running;
    run.nodes[4].measures.clear();
    run.nodes[5].measures[0].value = 4000;
    run.nodes[6].parameters["count"] = 1;
    for (const char* choice : {"peak_resident_bytes", "disk", "above_idle"}) {
      options.choices["memory"] = choice;
      result_figures(run, options);
      figure_choices(run, "throughput", options.context);
    }
    QVERIFY(asked.size() > 20);
    for (const std::string& phrase : asked) {
      const bool listed = source.contains("QT_TRANSLATE_NOOP(\"Report\", \"" + QByteArray::fromStdString(phrase).replace("\u2212", "\\u2212") + "\")");
      const bool name = QRegularExpression("^(RTN|GPTQ|Expand|.*\\(.*\\))$").match(QString::fromStdString(phrase)).hasMatch();
      QVERIFY2(listed || name, phrase.c_str());
    }
    QCOMPARE(report_text("Accuracy arc_easy (acc)"), QString("Accuracy arc_easy (acc)"));
  }

  // Pictures for people: KELTER_SCREENSHOTS=FOLDER.
  void screenshots() {
    const QByteArray folder = qgetenv("KELTER_SCREENSHOTS");
    if (folder.isEmpty()) QSKIP("KELTER_SCREENSHOTS names no folder");
    const QString path = QString::fromLocal8Bit(folder);
    QDir().mkpath(path);
    for (const Figure& figure : demo_figures()) {
      for (const Look look : {Look::thesis, Look::screen}) {
        FigureOutput output = output_of(FigureFormat::png, look);
        output.dpi = 160;
        const QString name = path + "/figure-" + QString::fromStdString(figure.id) + (look == Look::thesis ? "-thesis" : "-screen");
        write_figure(figure, output, name + ".png");
        output.greyscale = output.heading = output.decimal_comma = true;
        output.width_mm = 90;
        if (look == Look::thesis) write_figure(figure, output, name + "-grey.png");
      }
    }
    FigureOutput output = output_of(FigureFormat::png);
    output.dpi = 160;
    write_figure(sweep_figure(), output, path + "/figure-sweep-thesis.png");
    output.format = FigureFormat::pdf;
    write_figure(demo_figure("perplexity"), output, path + "/figure.pdf");
    output.format = FigureFormat::svg;
    write_figure(demo_figure("perplexity"), output, path + "/figure.svg");
    EngineBridge bridge;
    Workbench bench(StepCatalogue::builtin(), bridge);
    for (const Theme::Mode mode : {Theme::Mode::light, Theme::Mode::dark}) {
      theme().set_mode(mode);
      FigureExport window(bench);
      window.set_figures(demo_figures(), "perplexity");
      window.show();
      QTRY_VERIFY(!window.findChild<QLabel*>("preview")->pixmap().isNull());
      window.grab().save(path + (mode == Theme::Mode::light ? "/export-light.png" : "/export-dark.png"));
    }
    theme().set_mode(Theme::Mode::light);
  }

 private:
  QTemporaryDir settings_;
};

int main(int argc, char** argv) {
  if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication app(argc, argv);
  QCoreApplication::setOrganizationName("kelter-test");
  QCoreApplication::setApplicationName("figures_test");
  QLocale::setDefault(QLocale::c());
  theme().set_mode(Theme::Mode::light);
  const QStringList arguments = QCoreApplication::arguments();
  if (arguments.size() == 3 && arguments[1] == "--render") return render(arguments[2]);
  FiguresTest test;
  return QTest::qExec(&test, argc, argv);
}

#include "figures_test.moc"
