// SPDX-License-Identifier: GPL-3.0-or-later
// Colours, type sizes, spacing and icons of the window; light and dark (docs: design of the look in
// docs/workbench.md). Every widget takes them from here and repaints on Theme::changed(). Window thread.
#pragma once

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QObject>
#include <QString>

namespace kelter::ui {

struct Colors {
  QColor background, panel, field, line, ink, muted, accent, on_accent, accent_soft;
  QColor success, warning, danger;  // always with a word or a shape
};

enum class Text { small, body, title, headline };  // 11, 12.5, 14, 20 px at 100 %

class Theme : public QObject {
  Q_OBJECT
 public:
  enum class Mode { system, light, dark };

  static Theme& instance();

  Mode mode() const { return mode_; }
  bool dark() const { return dark_; }
  bool large_type() const { return scale_ > 1; }
  void set_mode(Mode mode);
  void set_large_type(bool large);  // every size times 1.3, for lectures
  // Palette, style sheet and font of the application; once after QApplication and at every change.
  void apply();

  const Colors& colors() const { return colors_; }
  // "source", "pruning", "quantization", "lowrank", "recovery", "search", "measure", …; the model's grey else. The same
  // in light and dark, and safe for colour-blind readers.
  QColor family(const std::string& family) const;
  // family colour made readable as text on the panel (contrast at least 4.5:1).
  QColor family_text(const std::string& family) const;
  QFont font(Text size, QFont::Weight weight = QFont::Normal) const;
  double px(double at_100_percent) const { return at_100_percent * scale_; }  // grows with large type
  // resources/icons/NAME.svg in this colour (ink if invalid); sharp at every display scale.
  QIcon icon(const QString& name, const QColor& color = {}) const;

 Q_SIGNALS:
  void changed();

 private:
  Theme() = default;
  QString style_sheet() const;

  Mode mode_ = Mode::system;
  bool dark_ = false;
  double scale_ = 1;
  Colors colors_;
};

inline Theme& theme() { return Theme::instance(); }

}  // namespace kelter::ui
