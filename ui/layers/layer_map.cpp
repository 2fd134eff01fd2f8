// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/layers/layer_map.h"

#include <QCoreApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLocale>
#include <QPainter>
#include <QStyledItemDelegate>
#include <algorithm>
#include <cmath>

#include "ui/tensors/histogram_bars.h"
#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

constexpr int least_row = 17, most_row = 28;   // heights at 100 %
constexpr double dark_ink_above = 0.18;        // relative luminance where black and white text are equally far

double linear(double part) { return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4); }

// WCAG 2.1, relative luminance.
double luminance(const QColor& color) {
  return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

// Errors lie between 0 and 1 for the most part; the others are written with a power of ten.
bool is_plain(double number) { return number == 0 || (std::abs(number) >= 1e-3 && std::abs(number) < 100); }

int places(double number) {
  const double size = std::abs(number);
  return size == 0 ? 0 : size >= 0.0995 ? 2 : size >= 0.00995 ? 3 : 4;
}

QString percent(const QString& number) { return QCoreApplication::translate("LayerMap", "%1 %").arg(number); }

void hatch(QPainter& painter, const QRectF& place) {
  QColor lines = theme().colors().muted;
  lines.setAlphaF(0.45f);
  painter.fillRect(place, QBrush(lines, Qt::BDiagPattern));
}

// Ground, number and, around the current cell, a frame that is seen on every ground.
class CellPainter : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    painter->save();
    const QVariant share = index.data(LayerMapModel::share_role);
    const QRect cell = option.rect.adjusted(0, 0, -1, -1);
    const QColor ground = share.isValid() ? heat_color(share.toDouble()) : theme().colors().panel;
    painter->fillRect(cell, ground);
    if (!share.isValid() && !index.data(LayerMapModel::pending_role).toBool()) hatch(*painter, cell);
    painter->setFont(theme().font(Text::small));
    const QColor ink = share.isValid() ? cell_ink(ground) : theme().colors().ink;
    if (option.state & QStyle::State_Selected) frame(*painter, cell);
    painter->setPen(ink);
    const auto fits = [&](const QString& text) { return painter->fontMetrics().horizontalAdvance(text) <= cell.width(); };
    QString text = index.data().toString();
    if (!fits(text)) text = index.data(LayerMapModel::short_text_role).toString();
    if (fits(text)) painter->drawText(cell, Qt::AlignCenter, text);
    painter->restore();
  }

 private:
  static void frame(QPainter& painter, const QRect& cell) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme().colors().panel, 1));
    painter.drawRect(cell.adjusted(2, 2, -3, -3));
    painter.setPen(QPen(theme().colors().accent, 2));
    painter.drawRect(cell.adjusted(1, 1, -1, -1));
  }
};

}  // namespace

QString quantity_name(LayerQuantity quantity) {
  switch (quantity) {
    case LayerQuantity::output_error: return QCoreApplication::translate("LayerMap", "Output error");
    case LayerQuantity::weight_error: return QCoreApplication::translate("LayerMap", "Weight error");
    case LayerQuantity::sparsity: return QCoreApplication::translate("LayerMap", "Zeros");
  }
  return {};
}

QString quantity_help(LayerQuantity quantity) {
  switch (quantity) {
    case LayerQuantity::output_error:
      return QCoreApplication::translate("LayerMap", "How far the outputs on the calibration text moved, relative to their size");
    case LayerQuantity::weight_error:
      return QCoreApplication::translate("LayerMap", "How far the weights moved, relative to their size");
    case LayerQuantity::sparsity: return QCoreApplication::translate("LayerMap", "Share of the weights that are exactly zero");
  }
  return {};
}

QString layer_value_text(LayerQuantity quantity, const LayerValue& value) {
  if (value.kind == LayerValue::Kind::missing) return QStringLiteral("—");
  if (value.kind == LayerValue::Kind::not_finite) return QStringLiteral("NaN");
  if (quantity == LayerQuantity::sparsity) return percent(QLocale().toString(100 * value.number, 'g', 3));
  return is_plain(value.number) ? QLocale().toString(value.number, 'f', places(value.number)) : value_text(value.number);
}

QString short_layer_text(LayerQuantity quantity, const LayerValue& value) {
  if (value.kind != LayerValue::Kind::number) return layer_value_text(quantity, value);
  if (quantity == LayerQuantity::sparsity) return percent(QLocale().toString(100 * value.number, 'f', 0));
  if (is_plain(value.number)) return QLocale().toString(value.number, 'f', std::max(0, places(value.number) - 1));
  const QStringList parts = QString::number(value.number, 'e', 0).split('e');   // "5", "-04"
  return QString(parts[0] + "e" + QString::number(parts[1].toInt())).replace('-', QStringLiteral("−"));
}

QColor heat_color(double share) {
  const double at = std::clamp(share, 0.0, 1.0);
  const QColor from = theme().dark() ? QColor(0x2c, 0x30, 0x3a) : QColor(0xee, 0xf3, 0xf8);
  const QColor to = theme().dark() ? QColor(0x8c, 0xd0, 0xf7) : QColor(0x00, 0x45, 0x75);
  const auto mix = [at](int a, int b) { return qRound(a + (b - a) * at); };
  return {mix(from.red(), to.red()), mix(from.green(), to.green()), mix(from.blue(), to.blue())};
}

QColor cell_ink(const QColor& ground) { return luminance(ground) > dark_ink_above ? Qt::black : Qt::white; }

// ---- the cells ------------------------------------------------------------------------------------------------

void LayerMapModel::set_records(const LayerRecords& records, LayerQuantity quantity, bool under_way) {
  const bool same_cells = !records.empty() && records.layers() == records_.layers() && records.modules() == records_.modules();
  if (!same_cells) beginResetModel();
  records_ = records;
  quantity_ = quantity;
  largest_ = records.largest(quantity);
  under_way_ = under_way;
  if (!same_cells) return endResetModel();
  Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

int LayerMapModel::newest_row() const {
  const auto& layers = records_.layers();
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer)
    for (const std::string& module : records_.modules())
      if (records_.has(*layer, module)) return static_cast<int>(layers.rend() - layer) - 1;
  return -1;
}

QModelIndex LayerMapModel::index_of(std::int64_t layer, const std::string& module) const {
  const auto row = std::find(records_.layers().begin(), records_.layers().end(), layer);
  const auto column = std::find(records_.modules().begin(), records_.modules().end(), module);
  if (row == records_.layers().end() || column == records_.modules().end()) return {};
  return index(static_cast<int>(row - records_.layers().begin()), static_cast<int>(column - records_.modules().begin()));
}

int LayerMapModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(records_.layers().size()); }

int LayerMapModel::columnCount(const QModelIndex& parent) const { return parent.isValid() || records_.empty() ? 0 : static_cast<int>(records_.modules().size()); }

// Everything that is known of a linear, for the pointer and for who cannot see the colours.
QString LayerMapModel::whole_text(const QModelIndex& index) const {
  QStringList lines{tr("Layer %1, %2").arg(layer(index)).arg(QString::fromStdString(module(index)))};
  if (!records_.has(layer(index), module(index))) return lines.front() + "\n" + (under_way_ ? tr("The step has not recorded it yet.") : tr("The step recorded nothing about it."));
  for (const LayerQuantity quantity : layer_quantities) {
    const LayerValue value = records_.value(layer(index), module(index), quantity);
    QString text = value.kind == LayerValue::Kind::missing ? tr("not recorded") : tr("not finite");
    if (value.kind == LayerValue::Kind::number) text = value_text(value.number);
    lines << tr("%1: %2").arg(quantity_name(quantity), text);
  }
  return lines.join('\n');
}

QVariant LayerMapModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const LayerValue value = records_.value(layer(index), module(index), quantity_);
  switch (role) {
    case Qt::DisplayRole: return pending(index) ? QString() : layer_value_text(quantity_, value);
    case Qt::ToolTipRole:
    case Qt::AccessibleTextRole: return whole_text(index);
    case share_role: return value.kind != LayerValue::Kind::number ? QVariant() : QVariant(largest_ > 0 ? value.number / largest_ : 0.0);
    case short_text_role: return pending(index) ? QString() : short_layer_text(quantity_, value);
    case pending_role: return pending(index);
    case not_finite_role: return value.kind == LayerValue::Kind::not_finite;
    default: return {};
  }
}

QVariant LayerMapModel::headerData(int section, Qt::Orientation orientation, int role) const {
  const auto at = static_cast<std::size_t>(section);
  if (orientation == Qt::Vertical) {
    if (role == Qt::DisplayRole) return QString::number(records_.layers().at(at));
    return role == Qt::ToolTipRole || role == Qt::AccessibleTextRole ? QVariant(tr("Layer %1").arg(records_.layers().at(at))) : QVariant();
  }
  if (role == Qt::DisplayRole) return short_module(records_.modules().at(at));
  if (role == Qt::ToolTipRole || role == Qt::AccessibleTextRole) return QString::fromStdString(records_.modules().at(at));
  return role == Qt::TextAlignmentRole ? QVariant(Qt::AlignCenter) : QVariant();
}

// ---- the table ------------------------------------------------------------------------------------------------

LayerMap::LayerMap(QWidget* parent) : QTableView(parent), cells_(new LayerMapModel(this)) {
  setModel(cells_);
  setItemDelegate(new CellPainter(this));
  setAccessibleName(tr("Layers and modules"));
  setShowGrid(false);
  setFrameShape(QFrame::NoFrame);
  setSelectionMode(SingleSelection);
  setEditTriggers(NoEditTriggers);
  setTabKeyNavigation(false);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  horizontalHeader()->setMinimumSectionSize(qRound(theme().px(24)));
  horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
  horizontalHeader()->setHighlightSections(false);
  horizontalHeader()->setStyleSheet("QHeaderView::section { padding: 4px 0px; }");
  verticalHeader()->setStyleSheet("QHeaderView::section { padding: 0px 6px; border: none; }");
  setStyleSheet("QTableCornerButton::section { background: transparent; border: none; }");
  setCornerButtonEnabled(false);
  verticalHeader()->setDefaultAlignment(Qt::AlignRight | Qt::AlignVCenter);
  verticalHeader()->setMinimumSectionSize(1);
  verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  connect(this, &QTableView::doubleClicked, this, &LayerMap::settings_wanted);
  connect(&theme(), &Theme::changed, this, [this] {
    fit();
    viewport()->update();
  });
}

void LayerMap::set_records(const LayerRecords& records, LayerQuantity quantity, bool under_way) {
  const QModelIndex before = currentIndex();
  const bool had = before.isValid();
  const std::int64_t layer = had ? cells_->layer(before) : 0;
  const std::string module = had ? cells_->module(before) : std::string();
  const int newest = cells_->newest_row();
  const bool follows = under_way && (newest < 0 || visualRect(cells_->index(newest, 0)).intersects(viewport()->rect()));
  setting_ = true;
  cells_->set_records(records, quantity, under_way);
  setCurrentIndex(had ? cells_->index_of(layer, module) : QModelIndex());
  setting_ = false;
  fit();
  if (follows && cells_->newest_row() >= 0) scrollTo(cells_->index(cells_->newest_row(), 0));   // unless somebody looks elsewhere
  Q_EMIT chosen(currentIndex());
}

void LayerMap::currentChanged(const QModelIndex& current, const QModelIndex& previous) {
  QTableView::currentChanged(current, previous);
  if (!setting_) Q_EMIT chosen(current);
}

// Rows share the height that is there, between two bounds.
void LayerMap::fit() {
  const int rows = std::max(1, cells_->rowCount());
  const int each = std::clamp(viewport()->height() / rows, qRound(theme().px(least_row)), qRound(theme().px(most_row)));
  verticalHeader()->setDefaultSectionSize(each);
}

void LayerMap::resizeEvent(QResizeEvent* event) {
  QTableView::resizeEvent(event);
  fit();
}

void LayerMap::keyPressEvent(QKeyEvent* event) {
  const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
  if (enter && currentIndex().isValid()) return Q_EMIT settings_wanted(currentIndex());
  QTableView::keyPressEvent(event);
}

// ---- the legend -----------------------------------------------------------------------------------------------

HeatLegend::HeatLegend(QWidget* parent) : QWidget(parent) {
  connect(&theme(), &Theme::changed, this, [this] {
    updateGeometry();
    update();
  });
}

void HeatLegend::set(LayerQuantity quantity, double largest) {
  end_ = layer_value_text(quantity, {LayerValue::Kind::number, largest});
  none_ = tr("no number");
  setAccessibleName(tr("Legend: %1 from 0 to %2; hatched: no number").arg(quantity_name(quantity), end_));
  setToolTip(quantity_help(quantity));
  updateGeometry();
  update();
}

QSize HeatLegend::sizeHint() const { return {qRound(theme().px(200)), QFontMetrics(theme().font(Text::small)).height() + 4}; }

void HeatLegend::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setFont(theme().font(Text::small));
  const QFontMetrics metrics = painter.fontMetrics();
  const int gap = 6, box = metrics.height();
  const int none = metrics.horizontalAdvance(none_), end = metrics.horizontalAdvance(end_), zero = metrics.horizontalAdvance("0");
  const QRect bar(zero + gap, 2, std::max(20, std::min(qRound(theme().px(220)), width() - zero - end - none - box - 6 * gap)), box);
  QLinearGradient colors(bar.topLeft(), bar.topRight());
  for (const double at : {0.0, 0.25, 0.5, 0.75, 1.0}) colors.setColorAt(at, heat_color(at));
  painter.fillRect(bar, colors);
  const QRect sign(bar.right() + end + 4 * gap, 2, box, box);
  hatch(painter, sign);
  painter.setPen(theme().colors().muted);
  painter.drawRect(sign.adjusted(0, 0, -1, -1));
  const auto write = [&](int x, const QString& text) { painter.drawText(QRect(x, 2, width() - x, box), Qt::AlignLeft | Qt::AlignVCenter, text); };
  write(0, "0");
  write(bar.right() + gap, end_);
  write(sign.right() + gap, none_);
}

}  // namespace kelter::ui
