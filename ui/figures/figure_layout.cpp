// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/figure_layout.h"

#include <algorithm>
#include <cmath>

#include "ui/figures/report_text.h"
#include "ui/figures/text_fit.h"

namespace kelter::ui {
namespace {

constexpr double slant = 0.70710678;  // sine and cosine of 45 degrees
constexpr double menu_width = 28;     // beside the title in the window

class Arranger {
 public:
  Arranger(const Figure& figure, const FigureStyle& style, const QSize& size, const std::set<std::string>& stale)
      : figure_(figure), style_(style), size_(size), stale_(stale) {}

  FigureLayout run() {
    out_.heading_line = height_of(style_.title);
    out_.small_line = height_of(style_.small);
    out_.y = value_range(figure_);
    if (lines()) {
      swept_ = swept_values(figure_);
      out_.x = swept_range(swept_);
    }
    arrange_sides();
    arrange_names();
    arrange_top();
    find_ticks();
    return std::move(out_);
  }

 private:
  double px(double units) const { return style_.length(units); }
  bool lines() const { return figure_.kind == FigureKind::lines; }

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
    if (figure_.marks.empty()) return;
    out_.slot = axis_width() / static_cast<double>(figure_.marks.size());
    for (const Mark& mark : figure_.marks) {
      const QString name = style_.numbered ? QString::number(mark.branch + 1)
                                           : with_decimal_sign(QString::fromStdString(mark.label), style_.locale);
      out_.names << name;
    }
    if (style_.numbered) return thin_out_numbers();
    QStringList level;
    int most_lines = 1;
    for (const QString& name : out_.names) {
      level << flowed(style_.small, name.split(' '), QStringLiteral(" "), out_.slot * 0.94).join('\n');
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

  // Every second or third number where they would run into each other.
  void thin_out_numbers() {
    const double wanted = widest(style_.small, out_.names) + px(3);
    const auto step = static_cast<qsizetype>(std::ceil(wanted / out_.slot));
    for (qsizetype i = 0; i < out_.names.size(); ++i) {
      if (i % step != 0) out_.names[i].clear();
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
      if (two_lines && width_of(style_.small, name) > px(48)) name = in_two(style_.small, name);
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

  // ---- what stands above the axes ----------------------------------------------------------------------

  void arrange_top() {
    double top = px(2);
    if (style_.heading) {
      const double menu = style_.numbered ? px(menu_width) : 0;
      out_.heading = cut(style_.title, QString::fromStdString(figure_.title), size_.width() - px(4) - menu);
      top += out_.heading_line;
      add_subheading(subheading_parts(figure_, style_.locale));
    } else if (!figure_.note.empty()) {  // where bars start is told in any case
      add_subheading({QString::fromStdString(figure_.note)});
    }
    top += static_cast<double>(out_.subheading.size()) * out_.small_line;
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

  void add_subheading(const QStringList& parts) {
    const double width = size_.width() - px(4);
    out_.subheading = flowed(style_.small, parts, QString::fromUtf8(" · "), width);
    for (QString& line : out_.subheading)
      line = cut(style_.small, line, width);
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
    const auto gap = [&](bool upright) { return std::max(px(style_.value_gap), style_.cap_gap(upright)); };
    if (lines() || level_width <= out_.slot - px(3)) return most_lines * out_.small_line + gap(false);
    out_.labels = ValueLabels::upright;
    const double wanted = upright_width + gap(true) + px(4);
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

}  // namespace kelter::ui
