// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/figure_layout.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <algorithm>
#include <cmath>

#include "ui/figures/report_text.h"

namespace kelter::ui {
namespace {

constexpr double slant = 0.70710678;  // sine and cosine of 45 degrees

struct Words {
  Q_DECLARE_TR_FUNCTIONS(FigureLayout)
};

double width_of(const QFont& font, const QString& text) { return QFontMetricsF(font).horizontalAdvance(text); }
double height_of(const QFont& font) { return QFontMetricsF(font).height(); }

double widest(const QFont& font, const QStringList& lines) {
  double width = 0;
  for (const QString& line : lines)
    width = std::max(width, width_of(font, line));
  return width;
}

QString cut(const QFont& font, const QString& text, double width) {
  return QFontMetricsF(font).elidedText(text, Qt::ElideRight, std::max(0.0, width));
}

// Broken at spaces into lines no wider than `width`, as far as words allow.
QString wrapped(const QFont& font, const QString& text, double width) {
  QStringList lines;
  for (const QString& word : text.split(' ')) {
    if (!lines.isEmpty() && width_of(font, lines.last() + ' ' + word) <= width) {
      lines.last() += ' ' + word;
    } else {
      lines << word;
    }
  }
  return lines.join('\n');
}

class Arranger {
 public:
  Arranger(const Figure& figure, const FigureStyle& style, const QSize& size, const std::set<std::string>& stale)
      : figure_(figure), style_(style), size_(size), stale_(stale) {}

  FigureLayout run() {
    out_.heading_line = height_of(style_.title);
    out_.small_line = height_of(style_.small);
    find_range();
    arrange_sides();
    arrange_names();
    arrange_top();
    find_ticks();
    return std::move(out_);
  }

 private:
  double px(double units) const { return style_.length(units); }
  bool lines() const { return figure_.kind == FigureKind::lines; }
  bool in_slots() const { return !lines() && !figure_.marks.empty(); }

  // ---- ranges ------------------------------------------------------------------------------------------

  void find_range() {
    double low = INFINITY, high = -INFINITY;
    for (const Mark& mark : figure_.marks) {
      if (mark.state != MarkState::value) continue;
      const auto [bottom, top] = error_ends(figure_, mark);
      low = std::min(low, bottom);
      high = std::max(high, top);
    }
    if (low > high) low = 0, high = 1;
    AxisScale& y = out_.y;
    y.logarithmic = figure_.logarithmic;
    const bool from_base = figure_.kind == FigureKind::bars;
    if (y.logarithmic) {
      const double pad = std::pow(high / low, 0.06);
      y.lower = from_base ? figure_.base : low / pad;
      y.upper = high * (from_base ? std::pow(high / y.lower, 0.02) : pad);
    } else {
      const double spread = high > low ? high - low : std::max(std::abs(high) * 0.2, 1e-9);
      y.lower = from_base ? std::min(0.0, low) : low - 0.1 * spread;
      y.upper = from_base ? std::max(high * 1.02, y.lower + 1e-9) : high + 0.1 * spread;
    }
    if (lines()) find_x_range();
  }

  void find_x_range() {
    std::set<double> values;
    for (const Mark& mark : figure_.marks) {
      if (mark.x) values.insert(*mark.x);
    }
    swept_.assign(values.begin(), values.end());
    if (swept_.empty()) return;
    const double low = swept_.front(), high = swept_.back();
    AxisScale& x = out_.x;
    x.logarithmic = low > 0 && high / low >= 16;
    if (x.logarithmic) {
      const double pad = std::pow(high / low, 0.06);
      x.lower = low / pad, x.upper = high * pad;
    } else {
      const double pad = high > low ? 0.06 * (high - low) : 0.5;
      x.lower = low - pad, x.upper = high + pad;
    }
  }

  // ---- margins -----------------------------------------------------------------------------------------

  AxisScale y_scale(int wanted) const {
    const AxisScale& y = out_.y;
    return y.logarithmic ? logarithmic_scale(y.lower, y.upper, wanted, style_.locale)
                         : linear_scale(y.lower, y.upper, wanted, style_.locale);
  }

  void arrange_sides() {
    double tick_width = 0;
    for (const AxisTick& tick : y_scale(6).ticks)
      tick_width = std::max(tick_width, width_of(style_.small, tick.label));
    double left = tick_width + px(8);
    if (!style_.heading) {
      out_.y_title = figure_title(figure_, style_.locale);
      left += height_of(style_.text) + px(2);
    }
    double right = 0;
    for (const Baseline& baseline : figure_.baselines) {
      const QString text = cut(style_.small, QString::fromStdString(baseline.label), 0.2 * size_.width());
      out_.baseline_labels << text;
      right = std::max(right, width_of(style_.small, text) + px(4));
    }
    left_ = left;
    right_ = std::max(right, px(4));
  }

  double axis_width() const { return std::max(1.0, size_.width() - left_ - right_); }

  // ---- names of branches -------------------------------------------------------------------------------

  void arrange_names() {
    const double line = out_.small_line;
    bottom_ = line + px(5);
    if (lines()) {
      bottom_ += height_of(style_.text);
      return;
    }
    if (!in_slots()) return;
    out_.slot = axis_width() / static_cast<double>(figure_.marks.size());
    for (const Mark& mark : figure_.marks) {
      const QString name = style_.numbered ? QString::number(mark.branch + 1)
                                           : with_decimal_sign(QString::fromStdString(mark.label), style_.locale);
      out_.names << name;
    }
    if (style_.numbered) return;
    QStringList level;
    int most_lines = 1;
    for (const QString& name : out_.names) {
      level << wrapped(style_.small, name, out_.slot * 0.94);
      most_lines = std::max(most_lines, static_cast<int>(level.last().count('\n')) + 1);
    }
    const bool fits = most_lines <= 4 && std::all_of(level.begin(), level.end(), [&](const QString& name) {
                        return widest(style_.small, name.split('\n')) <= out_.slot * 0.96;
                      });
    if (fits) {
      out_.names = level;
      bottom_ = most_lines * line + px(5);
    } else {
      slant_names();
    }
  }

  // The right end of a slanted name stands under its mark, so the first ones may need room on the left.
  void slant_names() {
    out_.slanted = true;
    const double longest = std::min(0.4 * size_.height() / slant, px(110));
    const bool two_lines = out_.slot >= 2 * out_.small_line;
    double height = 0, missing = 0;
    for (qsizetype i = 0; i < out_.names.size(); ++i) {
      QString& name = out_.names[i];
      if (two_lines && width_of(style_.small, name) > px(48)) name = in_two(name);
      QStringList rows = name.split('\n');
      for (QString& row : rows)
        row = cut(style_.small, row, longest);
      name = rows.join('\n');
      const double width = widest(style_.small, rows);
      height = std::max(height, width + static_cast<double>(rows.size()) * out_.small_line);
      missing = std::max(missing, width * slant - (static_cast<double>(i) + 0.5) * out_.slot - left_);
    }
    bottom_ = height * slant + px(4);
    left_ += std::max(0.0, missing);
    out_.slot = axis_width() / static_cast<double>(figure_.marks.size());
  }

  // At the space that leaves two lines of about the same width.
  QString in_two(const QString& name) const {
    QString best = name;
    double width = width_of(style_.small, name);
    for (qsizetype at = name.indexOf(' '); at > 0; at = name.indexOf(' ', at + 1)) {
      const double longer = std::max(width_of(style_.small, name.left(at)), width_of(style_.small, name.mid(at + 1)));
      if (longer >= width) continue;
      width = longer;
      best = name.left(at) + '\n' + name.mid(at + 1);
    }
    return best;
  }

  // ---- what stands above the axes ----------------------------------------------------------------------

  void arrange_top() {
    double top = px(2);
    if (style_.heading) {
      const double width = size_.width() - px(4);
      out_.heading = cut(style_.title, figure_title(figure_, style_.locale), width);
      out_.subheading = cut(style_.small, figure_subheading(figure_), width);
      top += out_.heading_line + out_.small_line;
    } else if (!figure_.note.empty()) {  // where bars start is told in any case
      out_.subheading = cut(style_.small, QString::fromStdString(figure_.note), size_.width() - px(4));
      top += out_.small_line;
    }
    if (style_.protocol && figure_.protocol.is_object()) {
      const Figure& figure = figure_;
      const std::string metric = figure.id == "throughput" || figure.id == "memory" ? "" : figure.id;
      out_.protocol = cut(style_.small, protocol_summary(metric, figure.protocol), size_.width() - px(4));
      if (!out_.protocol.isEmpty()) top += out_.small_line;
    }
    if (lines() && !style_.numbered) top = arrange_legend(top + px(2));
    top += px(4);
    top_ = top + label_space(size_.height() - top - bottom_);
    out_.margins = QMargins(rounded(left_), rounded(top_), rounded(right_), rounded(bottom_));
  }

  static int rounded(double value) { return static_cast<int>(std::lround(value)); }

  double arrange_legend(double top) {
    double x = px(2), y = top;
    for (std::size_t i = 0; i < figure_.branches.size(); ++i) {
      const Branch& branch = figure_.branches[i];
      if (branch.reference) continue;  // its name stands at its line
      const QString text = with_decimal_sign(QString::fromStdString(branch.label), style_.locale);
      const double width = px(14) + width_of(style_.small, text);
      if (x > px(2) && x + width > size_.width()) x = px(2), y += out_.small_line;
      out_.legend.push_back({i, QRectF(x, y, width, out_.small_line), text});
      x += width + px(10);
    }
    return out_.legend.empty() ? top : y + out_.small_line;
  }

  // Values stand above their marks; where they do not fit side by side they are turned, and left out where even that
  // is too wide or would take most of the height.
  double label_space(double height) {
    double level_width = 0, upright_width = 0;
    int most_lines = 0;
    for (const Mark& mark : figure_.marks) {
      if (mark.state != MarkState::value) continue;
      const QStringList text = mark_lines(mark, style_, stale_.contains(mark.node));
      level_width = std::max(level_width, widest(style_.small, text));
      upright_width = std::max(upright_width, width_of(style_.small, text.join(' ')));
      most_lines = std::max(most_lines, static_cast<int>(text.size()));
    }
    if (most_lines == 0) return 0;
    if (lines() || level_width <= out_.slot - px(3)) return most_lines * out_.small_line + px(2);
    out_.labels = ValueLabels::upright;
    const double wanted = upright_width + px(6);
    if (out_.slot >= out_.small_line * 0.8 && wanted < 0.45 * height) return wanted;
    out_.labels = ValueLabels::none;
    return 0;
  }

  void find_ticks() {
    const double height = size_.height() - top_ - bottom_;
    const int rows = std::clamp(static_cast<int>(height / (out_.small_line * 2.2)), 1, 6);
    out_.y.ticks = y_scale(rows).ticks;
    if (!lines()) {
      out_.x.lower = 0;
      out_.x.upper = std::max<double>(1, static_cast<double>(figure_.marks.size()));
      return;
    }
    const int columns = std::max(2, static_cast<int>(axis_width() / (3.5 * out_.small_line)));
    out_.x = scale_at(swept_, out_.x.lower, out_.x.upper, out_.x.logarithmic, columns, style_.locale);
  }

  const Figure& figure_;
  const FigureStyle& style_;
  const QSize size_;
  const std::set<std::string>& stale_;
  FigureLayout out_;
  std::vector<double> swept_;
  double left_ = 0, right_ = 0, top_ = 0, bottom_ = 0;
};

}  // namespace

FigureLayout lay_out(const Figure& figure, const FigureStyle& style, const QSize& size,
                     const std::set<std::string>& stale) {
  return Arranger(figure, style, size, stale).run();
}

QStringList mark_lines(const Mark& mark, const FigureStyle& style, bool stale) {
  QStringList lines = {with_decimal_sign(QString::fromStdString(mark.text), style.locale)};
  if (stale) lines << Words::tr("stale");
  return lines;
}

std::pair<double, double> error_ends(const Figure& figure, const Mark& mark) {
  const double error = mark.error.value_or(0);
  double low = mark.value - error;
  if (figure.logarithmic && low <= 0) low = mark.value;
  if (figure.kind == FigureKind::bars) low = std::max(low, std::min(figure.base, mark.value));
  return {low, mark.value + error};
}

QString figure_subheading(const Figure& figure) {
  QString text = QString::fromStdString(figure.direction);
  if (!figure.note.empty()) text += QString::fromUtf8(" · ") + QString::fromStdString(figure.note);
  return text;
}

QString figure_title(const Figure& figure, const QLocale& locale) {
  return with_decimal_sign(QString::fromStdString(figure_heading(figure)), locale);
}

}  // namespace kelter::ui
