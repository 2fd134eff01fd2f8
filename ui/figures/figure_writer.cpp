// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/figure_writer.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QHashFunctions>
#include <QPageLayout>
#include <QPageSize>
#include <QPdfWriter>
#include <QSvgGenerator>
#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/base/files.h"
#include "ui/figures/figure_plot.h"
#include "ui/figures/font_embedding.h"

namespace kelter::ui {
namespace {

constexpr int units_per_mm = 100;
constexpr double units_per_point = 25.4 * units_per_mm / 72;
constexpr double units_per_pixel = 25.4 * units_per_mm / 96;
constexpr int units_per_inch = 2540;
constexpr double least_mm = 20, most_mm = 2000;

struct Words {
  Q_DECLARE_TR_FUNCTIONS(FigureWriter)
};

QSize units_of(const FigureOutput& output) {
  return {static_cast<int>(std::lround(output.width_mm * units_per_mm)),
          static_cast<int>(std::lround(output.height_mm * units_per_mm))};
}

FigureStyle style_of(const FigureOutput& output) {
  FigureStyle style;
  if (output.look == Look::screen) {
    style = screen_style(units_per_pixel);
    style.locale = QLocale(output.decimal_comma ? QLocale::German : QLocale::C);
    return style;
  }
  ThesisOptions options;
  options.font = output.font;
  options.points = output.points;
  options.greyscale = output.greyscale;
  options.decimal_comma = output.decimal_comma;
  options.heading = options.protocol = output.heading;
  return thesis_style(options, units_per_point);
}

void check(const Figure& figure, const FigureOutput& output) {
  if (!figure.mixed_protocols.empty()) {
    std::string why = Words::tr("its values were measured by different protocols").toStdString();
    for (const std::string& difference : figure.mixed_protocols)
      why += "; " + difference;
    throw Error(ErrorCode::invalid_data, Words::tr("The figure cannot be exported").toStdString(), figure.title, why,
                Words::tr("Measure all branches with the same settings.").toStdString());
  }
  const auto [low, high] = std::minmax(output.width_mm, output.height_mm);
  if (low >= least_mm && high <= most_mm) return;
  throw Error(ErrorCode::invalid_parameter, Words::tr("The figure cannot have this size").toStdString(), figure.title,
              Words::tr("width and height are between %1 and %2 mm").arg(least_mm).arg(most_mm).toStdString());
}

// Draws on a device whose coordinates are hundredths of a millimetre.
void draw(const Figure& figure, const FigureOutput& output, QPaintDevice& device, double scale, bool vector) {
  FigurePlot plot;
  plot.set_style(style_of(output));
  plot.set_figure(figure);
  QCPPainter painter;
  painter.begin(&device);
  painter.setMode(QCPPainter::pmNoCaching);
  if (vector) painter.setMode(QCPPainter::pmVectorized);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setRenderHint(QPainter::TextAntialiasing);
  painter.scale(scale, scale);
  plot.paint_on(painter, units_of(output));
  painter.end();
}

// Qt writes the fonts of a PDF in the order of a hash table. While this lives new tables have the same order in every
// process, so that the same figure gives the same bytes.
struct FixedOrder {
  FixedOrder() { QHashSeed::setDeterministicGlobalSeed(); }
  ~FixedOrder() { QHashSeed::resetRandomGlobalSeed(); }
};

QByteArray pdf_bytes(const Figure& figure, const FigureOutput& output) {
  const FixedOrder order;
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  {
    QPdfWriter writer(&buffer);
    writer.setResolution(units_per_inch);
    writer.setCreator(QStringLiteral("Kelter"));
    writer.setTitle(figure_title(figure, QLocale::c()));
    const QPageSize page(QSizeF(output.width_mm, output.height_mm), QPageSize::Millimeter, {}, QPageSize::ExactMatch);
    writer.setPageLayout(QPageLayout(page, QPageLayout::Portrait, QMarginsF()));
    draw(figure, output, writer, 1, true);
  }
  return bytes;
}

QByteArray svg_bytes(const Figure& figure, const FigureOutput& output) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  const QSize size = units_of(output);
  {
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(units_per_inch);
    generator.setSize(size);
    generator.setViewBox(QRect(QPoint(), size));
    generator.setTitle(figure_title(figure, QLocale::c()));
    generator.setDescription(figure_subheading(figure));
    draw(figure, output, generator, 1, true);
  }
  if (!output.embed_font) return bytes;
  const FigureStyle style = style_of(output);
  QByteArray rules = font_face_rule(style.text);
  if (style.heading && style.title.weight() != style.text.weight()) rules += font_face_rule(style.title);
  const qsizetype place = bytes.indexOf("<defs>");
  if (!rules.isEmpty() && place >= 0) bytes.insert(place + 6, "<style>" + rules + "</style>");
  return bytes;
}

QImage image_of(const Figure& figure, const FigureOutput& output, const QSize& pixels) {
  QImage image(pixels, QImage::Format_ARGB32_Premultiplied);
  image.fill(style_of(output).background);
  draw(figure, output, image, static_cast<double>(pixels.width()) / units_of(output).width(), false);
  return image;
}

QByteArray png_bytes(const Figure& figure, const FigureOutput& output) {
  const auto pixels = [&](double mm) { return std::max(1, static_cast<int>(std::lround(mm / 25.4 * output.dpi))); };
  QImage image = image_of(figure, output, {pixels(output.width_mm), pixels(output.height_mm)});
  const int per_metre = static_cast<int>(std::lround(output.dpi / 0.0254));
  image.setDotsPerMeterX(per_metre);
  image.setDotsPerMeterY(per_metre);
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  image.save(&buffer, "PNG");
  return bytes;
}

}  // namespace

QString extension_of(FigureFormat format) {
  switch (format) {
    case FigureFormat::svg: return QStringLiteral("svg");
    case FigureFormat::png: return QStringLiteral("png");
    case FigureFormat::csv: return QStringLiteral("csv");
    default: return QStringLiteral("pdf");
  }
}

QByteArray figure_bytes(const Figure& figure, const FigureOutput& output) {
  check(figure, output);
  switch (output.format) {
    case FigureFormat::svg: return svg_bytes(figure, output);
    case FigureFormat::png: return png_bytes(figure, output);
    case FigureFormat::csv: return QByteArray::fromStdString(figure_to_csv(figure));
    default: return pdf_bytes(figure, output);
  }
}

QImage figure_preview(const Figure& figure, const FigureOutput& output, const QSize& room, double pixel_ratio) {
  const QSize units = units_of(output);
  if (units.isEmpty() || room.isEmpty()) return {};
  const QSize fitted = units.scaled(room * pixel_ratio, Qt::KeepAspectRatio);
  QImage image = image_of(figure, output, fitted.expandedTo(QSize(1, 1)));
  image.setDevicePixelRatio(pixel_ratio);
  return image;
}

void write_figure(const Figure& figure, const FigureOutput& output, const QString& path) {
  const QByteArray bytes = figure_bytes(figure, output);
  write_file_atomically(fs::path(path.toStdString()), std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
}

}  // namespace kelter::ui
