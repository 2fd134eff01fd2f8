// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/results/results_header.h"

#include <QAction>
#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSettings>
#include <QToolButton>
#include <array>

#include "core/report/slots.h"
#include "ui/figures/report_text.h"
#include "ui/results/elided_label.h"
#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

constexpr const char* comma_key = "results/decimal-comma";

QToolButton* tool_button(QWidget* parent, const char* icon, const QString& name) {
  auto* button = new QToolButton(parent);
  button->setToolTip(name);
  button->setAccessibleName(name);
  const auto paint = [button, icon] { button->setIcon(theme().icon(icon)); };
  paint();
  QObject::connect(&theme(), &Theme::changed, button, paint);
  return button;
}

}  // namespace

ResultsHeader::ResultsHeader(QWidget* parent)
    : QWidget(parent), protocol_(new ElidedLabel(this)), views_(new QButtonGroup(this)), copy_menu_(new QMenu(this)),
      comma_(new QAction(tr("Decimal comma in LaTeX"), this)) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(12);
  auto* title = new QLabel(tr("Results"), this);
  title->setProperty("role", "title");
  row->addWidget(title);
  row->addWidget(protocol_, 1);
  add_view_switch(*row);
  build_copy_menu();
  QToolButton* copy = tool_button(this, "copy", tr("Copy the table"));
  copy->setPopupMode(QToolButton::InstantPopup);
  copy->setMenu(copy_menu_);
  row->addWidget(copy);
  QToolButton* save = tool_button(this, "export-figure", tr("Export figure…"));
  row->addWidget(save);
  connect(save, &QToolButton::clicked, this, &ResultsHeader::export_wanted);
}

void ResultsHeader::add_view_switch(QHBoxLayout& row) {
  const std::array<std::pair<const char*, QString>, 3> kinds = {
      {{"plots", tr("Plots")}, {"table", tr("Table")}, {"plots-table", tr("Plots and table")}}};
  auto* segment = new QHBoxLayout;
  segment->setSpacing(2);
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    QToolButton* button = tool_button(this, kinds[i].first, kinds[i].second);
    button->setCheckable(true);
    views_->addButton(button, static_cast<int>(i));
    segment->addWidget(button);
  }
  row.addLayout(segment);
  connect(views_, &QButtonGroup::idClicked, this, [this](int id) { Q_EMIT view_chosen(static_cast<ResultsView>(id)); });
}

void ResultsHeader::build_copy_menu() {
  comma_->setCheckable(true);
  comma_->setChecked(QSettings().value(comma_key, false).toBool());
  connect(comma_, &QAction::toggled, this, [](bool on) { QSettings().setValue(comma_key, on); });
  const auto copy = [this](TableFormat format) {
    return [this, format] { Q_EMIT copy_wanted(format, comma_->isChecked()); };
  };
  copy_menu_->addAction(tr("Copy as CSV"), this, copy(TableFormat::csv));
  copy_menu_->addAction(tr("Copy as Markdown"), this, copy(TableFormat::markdown));
  copy_menu_->addAction(tr("Copy as LaTeX (booktabs)"), this, copy(TableFormat::latex));
  copy_menu_->addSeparator();
  copy_menu_->addAction(comma_);
}

void ResultsHeader::set_view(ResultsView view) { views_->button(static_cast<int>(view))->setChecked(true); }

void ResultsHeader::set_protocols(const std::vector<Figure>& figures, const QString& dtype) {
  QStringList parts, whole;
  for (const Figure& figure : figures) {
    if (!figure.protocol.is_object()) continue;
    const QString part = protocol_summary(figure.id, figure.protocol);
    if (!part.isEmpty() && !parts.contains(part)) parts << part;
    whole << tr("%1: %2", "a figure and its protocol")
                 .arg(QString::fromStdString(figure.title), QString::fromStdString(protocol_text(figure.protocol)));
  }
  if (!dtype.isEmpty() && !parts.isEmpty()) parts << dtype;
  protocol_->set_text(parts.join(QString::fromUtf8(" · ")), whole.join('\n'));
}

}  // namespace kelter::ui
