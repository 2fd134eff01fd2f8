// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme.h"

#include <QApplication>
#include <QFile>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QRegularExpression>
#include <QStyleFactory>
#include <QStyleHints>
#include <QSvgRenderer>
#include <algorithm>
#include <cmath>
#include <map>

namespace kelter::ui {
namespace {

Colors light_colors() {
  return {QColor("#f4f4f6"), QColor("#ffffff"), QColor("#f7f7f9"), QColor("#dcdce2"), QColor("#1d1d24"), QColor("#62626e"),
          QColor("#8a2b4e"), QColor("#ffffff"), QColor("#f6e9ee"), QColor("#1a7f37"), QColor("#8a5a00"), QColor("#b3261e")};
}

Colors dark_colors() {
  return {QColor("#1b1b20"), QColor("#24242b"), QColor("#1f1f25"), QColor("#363640"), QColor("#ececf1"), QColor("#a2a2b0"),
          QColor("#d9668f"), QColor("#1b1b20"), QColor("#3a2630"), QColor("#56c271"), QColor("#e0b050"), QColor("#ff8a80")};
}

// Relative luminance and contrast ratio of WCAG 2.1.
double luminance(const QColor& color) {
  const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
  return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}
double contrast(const QColor& a, const QColor& b) {
  const double la = luminance(a), lb = luminance(b);
  return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

// Darker on light panels, lighter on dark ones, until it can be read.
QColor readable(QColor color, const QColor& panel, bool dark) {
  constexpr double wanted = 4.5;
  for (int step = 0; step < 40 && contrast(color, panel) < wanted; ++step) color = dark ? color.lighter(106) : color.darker(106);
  return color;
}

QString font_family() {
  static const QString family = [] {
    const QStringList families = QFontDatabase::families();
    return families.contains("Inter") ? QString("Inter") : QFontDatabase::systemFont(QFontDatabase::GeneralFont).family();
  }();
  return family;
}

// Draws the SVG at the device's own pixels, so that no display scale blurs it.
class SvgIconEngine : public QIconEngine {
 public:
  explicit SvgIconEngine(QByteArray svg) : svg_(std::move(svg)) {}
  void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
    QSvgRenderer renderer(svg_);
    painter->save();
    if (mode == QIcon::Disabled) painter->setOpacity(0.4);
    renderer.render(painter, rect);
    painter->restore();
  }
  QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
    QPixmap pixmap(size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    paint(&painter, QRect(QPoint(), size), mode, state);
    return pixmap;
  }
  QIconEngine* clone() const override { return new SvgIconEngine(svg_); }

 private:
  QByteArray svg_;
};

bool system_is_dark() { return QGuiApplication::palette().color(QPalette::Window).lightness() < 128; }

}  // namespace

Theme& Theme::instance() {
  static Theme theme;
  return theme;
}

void Theme::set_mode(Mode mode) {
  mode_ = mode;
  apply();
}

void Theme::set_large_type(bool large) {
  scale_ = large ? 1.3 : 1.0;
  apply();
}

void Theme::apply() {
  static const bool system_dark = system_is_dark();  // before our own palette hides it
  dark_ = mode_ == Mode::dark || (mode_ == Mode::system && system_dark);
  colors_ = dark_ ? dark_colors() : light_colors();
  QPalette palette;
  const Colors& c = colors_;
  palette.setColor(QPalette::Window, c.background);
  palette.setColor(QPalette::WindowText, c.ink);
  palette.setColor(QPalette::Base, c.panel);
  palette.setColor(QPalette::AlternateBase, c.field);
  palette.setColor(QPalette::Text, c.ink);
  palette.setColor(QPalette::Button, c.panel);
  palette.setColor(QPalette::ButtonText, c.ink);
  palette.setColor(QPalette::ToolTipBase, c.panel);
  palette.setColor(QPalette::ToolTipText, c.ink);
  palette.setColor(QPalette::PlaceholderText, c.muted);
  palette.setColor(QPalette::Highlight, c.accent);
  palette.setColor(QPalette::HighlightedText, c.on_accent);
  palette.setColor(QPalette::Link, c.accent);
  palette.setColor(QPalette::Mid, c.line);
  palette.setColor(QPalette::Midlight, c.line);
  palette.setColor(QPalette::Light, c.panel);
  palette.setColor(QPalette::Dark, c.line);
  palette.setColor(QPalette::Disabled, QPalette::Text, c.muted);
  palette.setColor(QPalette::Disabled, QPalette::WindowText, c.muted);
  palette.setColor(QPalette::Disabled, QPalette::ButtonText, c.muted);
  QApplication::setPalette(palette);
  QApplication::setFont(font(Text::body));
  qApp->setStyleSheet(style_sheet());
  Q_EMIT changed();
}

QColor Theme::family(const std::string& family) const {
  static const std::map<std::string, QColor> colors = {
      {"pruning", QColor("#009e73")}, {"quantization", QColor("#0072b2")}, {"lowrank", QColor("#e69f00")},
      {"recovery", QColor("#cc79a7")}, {"train", QColor("#cc79a7")},       {"search", QColor("#d55e00")},
      {"measure", QColor("#56b4e9")}};
  const auto found = colors.find(family);
  return found == colors.end() ? QColor("#7a7a88") : found->second;
}

QColor Theme::family_text(const std::string& name) const { return readable(family(name), colors_.panel, dark_); }

QFont Theme::font(Text size, QFont::Weight weight) const {
  constexpr double pixels[] = {11, 12.5, 14, 20};
  QFont font(font_family());
  // Points: Qt's style sheets and printers understand them; 96 dpi is 100 %.
  font.setPointSizeF(pixels[static_cast<int>(size)] * scale_ * 0.75);
  font.setWeight(weight);
  return font;
}

QIcon Theme::icon(const QString& name, const QColor& color) const {
  QFile file(":/icons/" + name + ".svg");
  if (!file.open(QIODevice::ReadOnly)) return {};
  QByteArray svg = file.readAll();
  svg.replace("currentColor", (color.isValid() ? color : colors_.ink).name(QColor::HexRgb).toUtf8());
  return QIcon(new SvgIconEngine(svg));
}

QString Theme::style_sheet() const {
  const Colors& c = colors_;
  QFile file(":/theme/kelter.qss");
  if (!file.open(QIODevice::ReadOnly)) return {};
  QString sheet = QString::fromUtf8(file.readAll());
  const QColor hover = dark_ ? c.panel.lighter(125) : c.background.darker(104);
  const std::pair<const char*, QColor> names[] = {
      {"@background", c.background}, {"@panel", c.panel},   {"@field", c.field},     {"@line", c.line},
      {"@ink", c.ink},               {"@muted", c.muted},   {"@accent-soft", c.accent_soft}, {"@accent", c.accent},
      {"@on-accent", c.on_accent},   {"@success", c.success}, {"@warning", c.warning}, {"@danger", c.danger},
      {"@hover", hover}};
  for (const auto& [name, color] : names) sheet.replace(QString(name) + ";", color.name() + ";");
  // Sizes are written for 100 %: 12px@ grows with large type.
  static const QRegularExpression size("(\\d+(?:\\.\\d+)?)px@");
  for (QRegularExpressionMatch match = size.match(sheet); match.hasMatch(); match = size.match(sheet)) {
    sheet.replace(match.capturedStart(), match.capturedLength(), QString::number(qRound(match.captured(1).toDouble() * scale_)) + "px");
  }
  return sheet;
}

}  // namespace kelter::ui
