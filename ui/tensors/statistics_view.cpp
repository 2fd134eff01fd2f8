// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tensors/statistics_view.h"

#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>
#include <limits>

#include "ui/inspector/quantity_text.h"
#include "ui/run/run_text.h"
#include "ui/tensors/histogram_bars.h"
#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

double number(const Json& statistics, const char* key) {
  const auto found = statistics.find(key);
  return found != statistics.end() && found->is_number() ? found->get<double>() : std::numeric_limits<double>::quiet_NaN();
}

QString count_text(double count) { return QLocale().toString(count, 'f', 0); }

// A name may be wider than the panel: it may break behind each dot.
QString breakable(QString name) { return name.replace('.', QStringLiteral(".\u200b")); }

}  // namespace

StatisticsView::StatisticsView(QWidget* parent) : QFrame(parent) {
  setProperty("panel", true);
  setAccessibleName(tr("Statistics of the tensor"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(16, 12, 16, 12);
  column->setSpacing(8);
  title_ = new QLabel(this);
  title_->setWordWrap(true);
  title_->setTextFormat(Qt::PlainText);
  title_->setStyleSheet("font-weight: 600;");
  note_ = new QLabel(this);
  note_->setWordWrap(true);
  note_->setTextFormat(Qt::PlainText);
  note_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  values_ = new QWidget(this);
  auto* inside = new QVBoxLayout(values_);
  inside->setContentsMargins(0, 0, 0, 0);
  inside->setSpacing(10);
  bars_ = new HistogramBars(values_);
  grid_ = new QGridLayout;
  grid_->setHorizontalSpacing(12);
  grid_->setVerticalSpacing(4);
  grid_->setColumnStretch(1, 1);
  add_row(tr("Least"), tr("The smallest value"));
  add_row(tr("Largest"), tr("The greatest value"));
  add_row(tr("Mean"), {});
  add_row(tr("Deviation"), tr("Standard deviation of all values"));
  add_row(tr("Kurtosis"), tr("3 for a normal distribution; larger with outliers"));
  add_row(tr("Zeros"), tr("Values that are exactly zero"));
  add_row(tr("NaN/Inf"), tr("Values that are no finite number; all other rows leave them out"));
  add_row(tr("Values"), {});
  inside->addWidget(bars_);
  inside->addLayout(grid_);
  column->addWidget(title_);
  column->addWidget(note_);
  column->addWidget(values_);
  column->addStretch(1);
  show_nothing();
}

void StatisticsView::add_row(const QString& name, const QString& help) {
  auto* title = new QLabel(name, values_);
  title->setProperty("role", "muted");
  title->setToolTip(help);
  auto* value = new QLabel(values_);
  value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  value->setTextInteractionFlags(Qt::TextSelectableByMouse);
  value->setAccessibleName(name);
  const int row = static_cast<int>(rows_.size());
  grid_->addWidget(title, row, 0);
  grid_->addWidget(value, row, 1);
  rows_.emplace_back(title, value);
}

QString StatisticsView::value(const QString& name) const {
  for (const auto& [title, value] : rows_) {
    if (title->text() == name && !values_->isHidden()) return value->text();
  }
  return {};
}

void StatisticsView::show_note(const QString& tensor, const QString& note, bool error) {
  title_->setVisible(!tensor.isEmpty());
  title_->setText(breakable(tensor));
  note_->setProperty("role", error ? "danger" : "muted");
  note_->setStyleSheet(note_->styleSheet());   // the role is read anew
  note_->setText(note);
  note_->show();
  values_->hide();
}

void StatisticsView::show_nothing() {
  show_note({}, tr("Choose a tensor to read its numbers: least, largest, mean, deviation, kurtosis, zeros and a histogram."), false);
}

void StatisticsView::show_reading(const QString& tensor, const QString& why) { show_note(tensor, why, false); }

void StatisticsView::show_error(const QString& tensor, const ErrorInfo& error) { show_note(tensor, error_lines(error), true); }

void StatisticsView::show_statistics(const QString& tensor, const Json& statistics) {
  title_->setText(breakable(tensor));
  title_->show();
  note_->hide();
  values_->show();
  const double count = number(statistics, "count"), zeros = number(statistics, "zeros");
  const QString texts[] = {value_text(number(statistics, "minimum")), value_text(number(statistics, "maximum")),
                           value_text(number(statistics, "mean")), value_text(number(statistics, "deviation")),
                           value_text(number(statistics, "kurtosis")),
                           tr("%1 (%2 %)").arg(count_text(zeros), fixed_text(count > 0 ? 100 * zeros / count : 0, 1)),
                           count_text(number(statistics, "not_finite")), count_text(count)};
  for (std::size_t i = 0; i < rows_.size(); ++i) rows_[i].second->setText(texts[i]);
  bars_->set(statistics.value("histogram", std::vector<std::int64_t>()), number(statistics, "minimum"), number(statistics, "maximum"));
}

}  // namespace kelter::ui
