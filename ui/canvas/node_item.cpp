// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/node_item.h"

#include <QFontMetricsF>
#include <QLocale>
#include <QPainter>
#include <QStyleOptionGraphicsItem>

#include "ui/canvas/canvas_look.h"

namespace kelter::ui {
namespace {

constexpr double pad = 10;
constexpr double title_height = 20;
constexpr double line_height = 16;
constexpr double ledger_height = 27;
constexpr double sign_size = 17;
constexpr double text_left = look::bar_width + 12;

double text_width() { return NodeItem::width() - text_left - pad; }

QString elided(const QString& text, const QFont& font, double width) {
  return QFontMetricsF(font).elidedText(text, Qt::ElideRight, width);
}

double text_advance(const QString& text, const QFont& font) { return QFontMetricsF(font).horizontalAdvance(text); }

// A word on a rounded ground; returns its left edge. `right` and `middle` are where it stands.
double paint_pill(QPainter& painter, const QString& word, double right, double middle) {
  const QFont font = look::font(Text::small, QFont::DemiBold);
  const double width = text_advance(word, font) + 16;
  const QRectF rect(right - width, middle - 8.5, width, 17);
  painter.setPen(Qt::NoPen);
  painter.setBrush(look::mixed(theme().colors().panel, theme().colors().ink, 0.07));
  painter.drawRoundedRect(rect, 8.5, 8.5);
  painter.setFont(font);
  painter.setPen(theme().colors().muted);
  painter.drawText(rect, Qt::AlignCenter, word);
  return rect.left();
}

constexpr int overview_flags = Qt::AlignLeft | Qt::AlignVCenter | Qt::TextWordWrap;

// The largest type up to `factor` times the title's with which the text fits, in two lines if need be.
QFont fitting_font(const QString& text, const QRectF& room, double factor) {
  QFont font = look::font(Text::title, QFont::DemiBold);
  const double usual = font.pointSizeF();
  for (; factor > 1; factor -= 0.1) {
    font.setPointSizeF(usual * factor);
    const QRectF needed = QFontMetricsF(font).boundingRect(room, overview_flags, text);
    if (needed.height() <= room.height() && needed.width() <= room.width()) break;
  }
  if (factor <= 1) font.setPointSizeF(usual);
  return font;
}

void paint_line(QPainter& painter, const QString& text, const QRectF& rect, const QFont& font, const QColor& color) {
  painter.setFont(font);
  painter.setPen(color);
  painter.drawText(rect, Qt::AlignLeft | Qt::AlignVCenter, elided(text, font, rect.width()));
}

}  // namespace

NodeItem::NodeItem(std::string id) : id_(std::move(id)) {
  setAcceptHoverEvents(true);
  setFlag(ItemIsSelectable);
  setZValue(10);
}

double NodeItem::width() { return look::node_width; }

bool NodeItem::set_face(const NodeFace& face) {
  if (face == face_) return false;
  const bool ports = face.inputs != face_.inputs || face.outputs != face_.outputs;
  face_ = face;
  if (ports) rebuild_ports();
  setToolTip(node_words(face_, result_));
  return lay_out() || ports;
}

bool NodeItem::set_result(const NodeResult& result) {
  if (result == result_) return false;
  result_ = result;
  setToolTip(node_words(face_, result_));
  return lay_out();
}

void NodeItem::restyle() { lay_out(); }

// The height follows the content; true if it changed.
bool NodeItem::lay_out() {
  overview_room_ = {};
  const QFont font = look::font(Text::small);
  const double both = text_advance(face_.name + QString::fromUtf8(" · ") + face_.parameters, font) + 4;
  two_lines_ = !face_.name.isEmpty() && !face_.parameters.isEmpty() && both > text_width();
  const bool any_line = !face_.name.isEmpty() || !face_.parameters.isEmpty();
  double height = pad + title_height + (two_lines_ ? 2 : any_line ? 1 : 0) * line_height;
  height += has_ledger() ? 8 + ledger_height : pad;
  const double ports = static_cast<double>(std::max(inputs_.size(), outputs_.size()));
  height = std::max(height, look::first_port + (ports - 1) * look::port_distance + 16);
  height = std::ceil(height / look::grid) * look::grid;
  update();
  if (height == height_) return false;
  prepareGeometryChange();
  height_ = height;
  return true;
}

void NodeItem::rebuild_ports() {
  const auto rebuild = [this](std::vector<PortItem*>& items, const std::vector<PortContent>& ports, bool input) {
    qDeleteAll(items);
    items.clear();
    double y = look::first_port;
    for (const PortContent& port : ports) {
      items.push_back(new PortItem(this, port, input));
      items.back()->setPos(input ? 0 : width(), y);
      y += look::port_distance;
    }
  };
  rebuild(inputs_, face_.inputs, true);
  rebuild(outputs_, face_.outputs, false);
}

PortItem* NodeItem::port(const std::string& name, bool input) const {
  for (PortItem* item : input ? inputs_ : outputs_) {
    if (item->name() == name) return item;
  }
  return nullptr;
}

QColor NodeItem::family_color() const {
  const QColor color = face_.known ? theme().family(face_.family) : theme().colors().danger;
  return face_.bypass ? look::mixed(theme().colors().panel, color, 0.35) : color;
}

QRectF NodeItem::boundingRect() const { return card().adjusted(-12, -12, 12, 12); }

QPainterPath NodeItem::shape() const {
  QPainterPath path;
  path.addRoundedRect(card(), look::node_radius, look::node_radius);
  return path;
}

void NodeItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
  const double detail = QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter->worldTransform());
  painter->setRenderHint(QPainter::Antialiasing);
  if (detail < look::overview_detail) {
    paint_overview(*painter, detail);
  } else {
    paint_card(*painter);
    paint_texts(*painter);
    paint_ledger(*painter);
    paint_progress(*painter);
  }
  if (!isSelected() && !target_) return;
  const double line = target_ ? 3 : 2;
  painter->setBrush(Qt::NoBrush);
  painter->setPen(QPen(theme().colors().accent, detail < look::overview_detail ? line / detail : line));
  painter->drawRoundedRect(card().adjusted(-3, -3, 3, 3), look::node_radius + 3, look::node_radius + 3);
}

// Ground, copies of a sweep behind it, shadow, hairline and family bar.
void NodeItem::paint_card(QPainter& painter) const {
  const Colors& colors = theme().colors();
  QColor edge = hovered_ ? look::mixed(colors.line, colors.ink, 0.4) : colors.line;
  if (!face_.known || result_.state.status == NodeStatus::failed) edge = colors.danger;
  painter.setPen(Qt::NoPen);
  painter.setBrush(QColor(0, 0, 0, theme().dark() ? 60 : 16));
  painter.drawRoundedRect(card().translated(0, 1.5), look::node_radius, look::node_radius);
  painter.setPen(QPen(edge, 1, face_.known ? Qt::SolidLine : Qt::DashLine));
  painter.setBrush(colors.panel);
  for (int copy = face_.copies > 1 ? 2 : 0; copy > 0; --copy) {
    painter.drawRoundedRect(card().translated(3 * copy, 3 * copy), look::node_radius, look::node_radius);
  }
  if (face_.bypass) painter.setBrush(look::mixed(colors.panel, colors.background, 0.75));
  painter.drawRoundedRect(card(), look::node_radius, look::node_radius);
  QPainterPath bar;
  bar.addRoundedRect(card().adjusted(0.5, 0.5, -0.5, -0.5), look::node_radius - 0.5, look::node_radius - 0.5);
  QPainterPath left;
  left.addRect(0, 0, look::bar_width, height_);
  painter.setPen(Qt::NoPen);
  painter.setBrush(family_color());
  painter.drawPath(bar.intersected(left));
}

void NodeItem::paint_texts(QPainter& painter) const {
  const Colors& colors = theme().colors();
  paint_head(painter);
  QRectF line(text_left, pad + title_height, text_width(), line_height);
  const QFont font = look::font(Text::small), strong = look::font(Text::small, QFont::Medium);
  if (!face_.name.isEmpty()) {
    paint_line(painter, face_.name, line, strong, face_.bypass ? colors.muted : colors.ink);
    if (two_lines_) {
      line.translate(0, line_height);
    } else {
      const double used = text_advance(face_.name, strong);
      if (!face_.parameters.isEmpty()) {
        paint_line(painter, QString::fromUtf8(" · ") + face_.parameters, line.adjusted(used, 0, 0, 0), font,
                   face_.missing || !face_.known ? colors.warning : colors.muted);
      }
      return;
    }
  }
  paint_line(painter, face_.parameters, line, font, face_.missing || !face_.known ? colors.warning : colors.muted);
}

// Title, state, and to its left the percent of a running node or the number of copies.
void NodeItem::paint_head(QPainter& painter) const {
  const Colors& colors = theme().colors();
  const QRectF sign(width() - pad - sign_size, pad + 1.5, sign_size, sign_size);
  paint_state(painter, sign, result_.state);
  QString beside;
  if (result_.state.status == NodeStatus::running) {
    beside = CanvasText::tr("%1 %").arg(QLocale().toString(qRound(result_.state.fraction * 100)));
  } else if (face_.copies > 1) {
    beside = QString::fromUtf8("× %1").arg(face_.copies);
  }
  const QFont small = look::font(Text::small, QFont::DemiBold);
  double right = sign.left() - 6;
  if (!beside.isEmpty()) {
    const double used = text_advance(beside, small) + 2;
    painter.setFont(small);
    painter.setPen(result_.state.status == NodeStatus::running ? state_color(result_.state) : colors.muted);
    painter.drawText(QRectF(right - used, pad, used, title_height), Qt::AlignRight | Qt::AlignVCenter, beside);
    right -= used + 6;
  }
  paint_line(painter, face_.title, QRectF(text_left, pad, right - text_left, title_height),
             look::font(Text::title, QFont::DemiBold), face_.bypass ? colors.muted : colors.ink);
}

void NodeItem::paint_ledger(QPainter& painter) const {
  if (!has_ledger()) return;
  const Colors& colors = theme().colors();
  const double top = height_ - ledger_height;
  painter.setPen(QPen(colors.line, 1));
  painter.drawLine(QPointF(text_left, top), QPointF(width() - pad, top));
  const double middle = top + ledger_height / 2;
  double right = width() - pad;
  if (face_.bypass) {
    right = paint_pill(painter, CanvasText::tr("bypassed"), right, middle) - 6;
  } else if (!result_.badges.isEmpty()) {
    // The last badge is what the last step made of the weights; the tooltip has all.
    right = paint_pill(painter, result_.badges.last(), right, middle) - 6;
  }
  if (face_.bypass && result_.size.isEmpty()) return;
  paint_line(painter, result_.size, QRectF(text_left, top, right - text_left, ledger_height), look::font(Text::small),
             face_.bypass ? colors.muted : colors.ink);
}

void NodeItem::paint_progress(QPainter& painter) const {
  if (result_.state.status != NodeStatus::running) return;
  const QRectF track(text_left - 4, height_ - 5, width() - text_left - pad + 8, 3);
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme().colors().line);
  painter.drawRoundedRect(track, 1.5, 1.5);
  painter.setBrush(state_color(result_.state));
  painter.drawRoundedRect(QRectF(track.topLeft(), QSizeF(track.width() * result_.state.fraction, 3)), 1.5, 1.5);
}

// From afar: a plate with its title in letters that can still be read, and its state; then only the plate.
void NodeItem::paint_overview(QPainter& painter, double detail) const {
  const Colors& colors = theme().colors();
  const bool blob = detail < look::blob_detail;
  painter.setPen(blob ? QPen(Qt::NoPen) : QPen(colors.line, 0.8 / detail));
  painter.setBrush(blob ? look::mixed(family_color(), colors.panel, 0.35) : colors.panel);
  painter.drawRoundedRect(card(), look::node_radius, look::node_radius);
  painter.fillRect(QRectF(0, look::node_radius, look::bar_width * 1.5, height_ - 2 * look::node_radius),
                   family_color());
  if (blob) return;
  const double size = std::min(26.0, 16 / std::sqrt(detail));
  paint_state(painter, QRectF(width() - size - 7, (height_ - size) / 2, size, size), result_.state);
  const QString words = face_.name.isEmpty() ? face_.title : face_.name;
  const QRectF room(text_left, 2, width() - size - text_left - 10, height_ - 4);
  if (overview_room_ != room) {
    overview_room_ = room;
    overview_font_ = fitting_font(words, room, std::min(2.1, 0.85 / detail));
  }
  painter.setFont(overview_font_);
  painter.setPen(face_.bypass ? colors.muted : colors.ink);
  painter.drawText(room, overview_flags, words);
}

void NodeItem::set_target(bool target) {
  if (target == target_) return;
  target_ = target;
  update();
}

void NodeItem::paint_ghost(QPainter& painter, const QRectF& rect) {
  painter.setRenderHint(QPainter::Antialiasing);
  QColor fill = theme().colors().accent_soft;
  fill.setAlphaF(0.6F);
  painter.setBrush(fill);
  painter.setPen(QPen(theme().colors().accent, 1.5, Qt::DashLine));
  painter.drawRoundedRect(rect, look::node_radius, look::node_radius);
}

void NodeItem::hoverEnterEvent(QGraphicsSceneHoverEvent*) {
  hovered_ = true;
  update();
}

void NodeItem::hoverLeaveEvent(QGraphicsSceneHoverEvent*) {
  hovered_ = false;
  update();
}

}  // namespace kelter::ui
