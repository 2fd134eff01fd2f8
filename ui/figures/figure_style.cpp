// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/figure_style.h"

#include <QFontDatabase>
#include <algorithm>
#include <array>
#include <cmath>

#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

QColor mixed(const QColor& a, const QColor& b, double share_of_b) {
  const auto mix = [&](double x, double y) { return x + (y - x) * share_of_b; };
  return QColor::fromRgbF(static_cast<float>(mix(a.redF(), b.redF())), static_cast<float>(mix(a.greenF(), b.greenF())),
                          static_cast<float>(mix(a.blueF(), b.blueF())));
}

// The shades of a family: the colour itself, then lighter and darker ones that still differ beside each other.
QColor tinted(const QColor& base, int shade, bool dark) {
  switch (shade % 4) {
    case 1: return mixed(base, Qt::white, dark ? 0.4 : 0.45);
    case 2: return mixed(base, Qt::black, dark ? 0.3 : 0.4);
    case 3: return mixed(base, Qt::white, dark ? 0.68 : 0.72);
    default: return base;
  }
}

struct Grey {
  int value;
  Hatch hatch;
};
// Neighbours differ in lightness or in hatching, most of them in both.
constexpr std::array<Grey, 10> greys = {{{90, Hatch::none},
                                         {255, Hatch::none},
                                         {190, Hatch::none},
                                         {255, Hatch::rising},
                                         {30, Hatch::none},
                                         {255, Hatch::crossed},
                                         {205, Hatch::falling},
                                         {255, Hatch::level},
                                         {140, Hatch::none},
                                         {255, Hatch::upright}}};

QFont sized(const QString& family, double size, QFont::Weight weight) {
  QFont font(family);
  font.setPixelSize(std::max(1, static_cast<int>(std::lround(size))));
  font.setWeight(weight);
  font.setHintingPreference(QFont::PreferNoHinting);  // the same shapes at every size and resolution
  // Too little to be seen, it keeps Qt from joining letters: "file" is found in a PDF by its four letters.
  font.setLetterSpacing(QFont::AbsoluteSpacing, 1.0 / 64);
  return font;
}

}  // namespace

QColor FigureStyle::fill(const Branch& branch, std::size_t index) const {
  if (greyscale) {
    const int value = greys[index % greys.size()].value;
    return QColor(value, value, value);
  }
  return tinted(theme().family(branch.family), branch.shade, dark);
}

QColor FigureStyle::outline(const Branch& branch, std::size_t index) const {
  if (greyscale) return ink;
  return look == Look::thesis ? mixed(fill(branch, index), Qt::black, 0.35) : fill(branch, index);
}

Hatch FigureStyle::hatch(const Branch& branch, std::size_t index) const {
  if (greyscale) return greys[index % greys.size()].hatch;
  static constexpr std::array hatches = {Hatch::none, Hatch::rising, Hatch::falling, Hatch::crossed};
  return hatches[static_cast<std::size_t>(branch.shade / 4) % hatches.size()];
}

FigureStyle screen_style() {
  const Colors& colors = theme().colors();
  FigureStyle style;
  style.unit = theme().px(1);
  style.title = theme().font(Text::body, QFont::DemiBold);
  style.text = style.small = theme().font(Text::small);
  style.background = colors.panel;
  style.ink = colors.ink;
  style.muted = colors.muted;
  style.grid = colors.line;
  style.accent = colors.accent;
  style.dark = theme().dark();
  style.value_gap = 5;
  style.numbered = true;
  style.corner = style.length(2.5);
  style.line = style.length(1.2);
  style.thin = 1;
  return style;
}

FigureStyle screen_style(double unit) {
  FigureStyle style = screen_style();
  const QString family = style.text.family();
  style.unit = unit;
  style.title = sized(family, 12.5 * unit, QFont::DemiBold);
  style.text = style.small = sized(family, 11 * unit, QFont::Normal);
  style.numbered = false;
  style.protocol = true;
  style.corner = style.length(2.5);
  style.line = style.length(1.2);
  style.thin = style.length(0.8);
  return style;
}

FigureStyle thesis_style(const ThesisOptions& options, double unit) {
  const QString family = options.font.isEmpty() ? usual_serif() : options.font;
  FigureStyle style;
  style.look = Look::thesis;
  style.unit = unit;
  style.title = style.text = sized(family, options.points * unit, QFont::Normal);
  style.small = sized(family, std::max(options.points - 1, 5.0) * unit, QFont::Normal);
  style.background = Qt::white;
  style.ink = style.muted = style.accent = Qt::black;
  style.grid = QColor(205, 205, 205);
  style.greyscale = options.greyscale;
  style.heading = options.heading;
  style.protocol = options.protocol;
  style.line = style.length(0.5);
  style.thin = style.length(0.3);
  style.locale = QLocale(options.decimal_comma ? QLocale::German : QLocale::C);
  return style;
}

QString usual_serif() {
  static const QString family = [] {
    const QStringList installed = QFontDatabase::families();
    for (const char* name : {"Latin Modern Roman", "CMU Serif", "STIX Two Text", "Libertinus Serif", "TeX Gyre Termes",
                             "Times New Roman", "Liberation Serif", "DejaVu Serif"}) {
      if (installed.contains(QLatin1String(name))) return QString::fromLatin1(name);
    }
    return QFontDatabase::systemFont(QFontDatabase::GeneralFont).family();
  }();
  return family;
}

}  // namespace kelter::ui
