// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/canvas_view.h"

#include <cmath>
#include <QApplication>
#include <QContextMenuEvent>
#include <QGestureEvent>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QPainter>
#include <QPinchGesture>
#include <QScrollBar>

#include "ui/canvas/canvas_look.h"
#include "ui/canvas/hint_label.h"
#include "ui/canvas/navigation.h"

namespace kelter::ui {
namespace {

constexpr double least_zoom = 0.1, most_zoom = 4;
constexpr int edge = 28;  // of the view that scrolls while something is dragged there
constexpr int edge_delay_ms = 250;
constexpr int new_margin = 24;  // around a node that was added

}  // namespace

CanvasView::CanvasView(Workbench& bench, CanvasScene& scene, CanvasEditor& editor, QWidget* parent)
    : QGraphicsView(&scene, parent),
      bench_(bench),
      scene_(scene),
      editor_(editor),
      drop_(bench, scene, editor),
      presses_(bench, scene, editor, link_answers()),
      hint_(new HintLabel(this)) {
  setObjectName("canvas_view");
  setAccessibleName(tr("Canvas"));
  setFrameShape(QFrame::NoFrame);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setTransformationAnchor(NoAnchor);
  setResizeAnchor(NoAnchor);
  setViewportUpdateMode(SmartViewportUpdate);
  setFocusPolicy(Qt::StrongFocus);
  setAcceptDrops(true);
  setMouseTracking(true);
  viewport()->grabGesture(Qt::PinchGesture);
  edge_timer_.setInterval(16);
  connect(&edge_timer_, &QTimer::timeout, this, &CanvasView::scroll_at_edge);
  connect(&theme(), &Theme::changed, this, &CanvasView::restyle);
  connect(&bench_.document, &DocumentModel::replaced, this, &CanvasView::fit_later);
  connect(&scene_, &CanvasScene::synced, this, [this] {
    cancel_gesture();  // its items may be gone
    if (fit_later_) fit();
  });
  connect(&scene_, &CanvasScene::node_appeared, this, &CanvasView::show_new_node);
  connect(&editor_, &CanvasEditor::refused, this, [this](const QString& why) { show_hint(why); });
  restyle();
}

CanvasView::~CanvasView() = default;

void CanvasView::restyle() {
  apply_transform();
  viewport()->update();
}

LinkGesture::Answers CanvasView::link_answers() {
  return {[this](const QString& why) { show_hint(why); },
          [this](const OpenEnd& open, const QPointF& place) { Q_EMIT quick_add_wanted(place, open); }};
}

// ---- what is seen ----------------------------------------------------------------------------------------

void CanvasView::apply_transform() {
  const double scale = zoom_ * theme().px(1);
  setTransform(QTransform::fromScale(scale, scale));
  Q_EMIT zoom_changed();
  Q_EMIT view_moved();
}

void CanvasView::set_zoom(double zoom, const std::optional<QPoint>& anchor) {
  const QPoint fixed = anchor.value_or(viewport()->rect().center());
  const QPointF place = mapToScene(fixed);
  fitted_ = false;
  zoom_ = std::clamp(zoom, least_zoom, most_zoom);
  if (std::abs(zoom_ - 1) < 0.02) zoom_ = 1;
  apply_transform();
  pan_by(mapFromScene(place) - fixed);
}

void CanvasView::pan_by(const QPointF& pixels) {
  fitted_ = false;
  horizontalScrollBar()->setValue(horizontalScrollBar()->value() + qRound(pixels.x()));
  verticalScrollBar()->setValue(verticalScrollBar()->value() + qRound(pixels.y()));
}

void CanvasView::fit_later() { fit_later_ = true; }

void CanvasView::fit() {
  if (!isVisible() || viewport()->width() < 64) {
    fit_later_ = true;
    return;
  }
  fit_later_ = false;
  fitted_ = true;
  const double margin = theme().px(16);
  const double beside = std::min(theme().px(edge + 12), 0.08 * viewport()->width());   // no port where dragging scrolls
  const auto zoom_for = [&](const QRectF& area) {
    const double across = (viewport()->width() - 2 * beside) / area.width();
    const double down = (viewport()->height() - 2 * margin) / area.height();
    return std::min(across, down) / theme().px(1);
  };
  QRectF content = scene_.is_empty() ? QRectF(0, 0, 1, 1) : scene_.content_rect();
  if (zoom_for(content) < look::overview_detail && !scene_.nodes().empty()) content = scene_.steps_rect();
  zoom_ = std::clamp(zoom_for(content), least_zoom, 1.0);
  apply_transform();
  centerOn(content.center());
}

void CanvasView::look_at(const QPointF& place) {
  fitted_ = false;
  centerOn(place);
}

void CanvasView::show_node(const std::string& id) {
  if (const NodeItem* item = scene_.node(id)) ensureVisible(item->scene_card(), 48, 48);
}

void CanvasView::show_new_node(const QString& id) {
  const NodeItem* item = scene_.node(id.toStdString());
  if (!item || visible_rect().contains(item->scene_card())) return;
  const QRectF all = scene_.rect_with_linked(*item);
  const QSizeF room = viewport()->size() - 2 * QSize(new_margin, new_margin);
  const double fitting = std::min(room.width() / all.width(), room.height() / all.height()) / theme().px(1);
  const bool readable = fitting >= look::overview_detail;
  if (readable && fitting < zoom_) set_zoom(fitting);
  ensureVisible(readable ? all : item->scene_card(), new_margin, new_margin);
}

QPointF CanvasView::place_for_new() const {
  const bool here = viewport()->underMouse() && viewport()->rect().contains(mouse_);
  return mapToScene(here ? mouse_ : viewport()->rect().center());
}

void CanvasView::drawBackground(QPainter* painter, const QRectF& rect) {
  painter->fillRect(rect, theme().colors().background);
  const double scale = zoom_ * theme().px(1);
  double distance = look::grid * 3;
  while (distance * scale < 18)
    distance *= 2;
  QVector<QPointF> dots;
  for (double x = std::floor(rect.left() / distance) * distance; x <= rect.right(); x += distance) {
    for (double y = std::floor(rect.top() / distance) * distance; y <= rect.bottom(); y += distance)
      dots.append({x, y});
  }
  QPen pen(theme().colors().line, 1.5);
  pen.setCosmetic(true);
  pen.setCapStyle(Qt::RoundCap);
  painter->setPen(pen);
  painter->drawPoints(dots.constData(), static_cast<int>(dots.size()));
}

void CanvasView::resizeEvent(QResizeEvent* event) {
  QGraphicsView::resizeEvent(event);
  if (fit_later_ || fitted_) fit();
  Q_EMIT view_moved();
}

// A hidden tab has no size to fit into.
void CanvasView::showEvent(QShowEvent* event) {
  QGraphicsView::showEvent(event);
  if (fit_later_) fit();
}

void CanvasView::scrollContentsBy(int dx, int dy) {
  QGraphicsView::scrollContentsBy(dx, dy);
  Q_EMIT view_moved();
}

void CanvasView::show_hint(const QString& text) {
  const bool here = viewport()->underMouse() || gesture_;
  hint_->show_text(text, here ? mouse_ : viewport()->rect().center(), viewport()->rect().adjusted(4, 4, -4, -4));
}

QString CanvasView::hint() const { return hint_->isHidden() ? QString() : hint_->text(); }

// ---- mouse -----------------------------------------------------------------------------------------------

void CanvasView::mousePressEvent(QMouseEvent* event) {
  mouse_ = event->pos();
  show_hint({});
  if (event->button() == Qt::MiddleButton || (event->button() == Qt::LeftButton && space_)) {
    pan_from_ = event->pos();
    viewport()->setCursor(Qt::ClosedHandCursor);
  } else if (event->button() == Qt::LeftButton) {
    cancel_gesture();
    press_ = presses_.read(mapToScene(event->pos()), event->modifiers());
    press_->at = event->pos();
  }
  event->accept();
}

void CanvasView::mouseMoveEvent(QMouseEvent* event) {
  mouse_ = event->pos();
  if (pan_from_) {
    pan_by(*pan_from_ - event->pos());
    pan_from_ = event->pos();
    return;
  }
  if (press_ && !gesture_ && press_->gesture) {
    if ((event->pos() - press_->at).manhattanLength() < QApplication::startDragDistance()) return;
    gesture_ = press_->gesture();
    edge_timer_.start();
  }
  if (gesture_) {
    gesture_->move(mapToScene(event->pos()), event->modifiers());
    return;
  }
  QGraphicsView::mouseMoveEvent(event);  // hovering
}

void CanvasView::mouseReleaseEvent(QMouseEvent* event) {
  mouse_ = event->pos();
  if (pan_from_) {
    pan_from_.reset();
    viewport()->setCursor(space_ ? Qt::OpenHandCursor : Qt::ArrowCursor);
    return;
  }
  if (event->button() != Qt::LeftButton || !press_) return;
  const Press press = *std::exchange(press_, std::nullopt);
  edge_timer_.stop();
  if (const std::unique_ptr<Gesture> done = std::move(gesture_)) {
    done->finish(mapToScene(event->pos()));
  } else if (press.click) {
    press.click();
  }
}

void CanvasView::mouseDoubleClickEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  press_.reset();
  const QPointF place = mapToScene(event->pos());
  if (const NodeItem* node = scene_.node_at(place)) {
    Q_EMIT inspect_wanted(QString::fromStdString(node->id()));
  } else if (const NoteItem* note = scene_.note_at(place)) {
    Q_EMIT note_wanted(note->note().index);
  } else if (const LinkItem* link = scene_.link_at(place)) {
    Q_EMIT insert_wanted(link->link(), place);
  } else if (const GroupItem* group = scene_.group_title_at(place)) {
    Q_EMIT title_wanted(group->group().index);
  } else {
    Q_EMIT quick_add_wanted(place, {});
  }
}

void CanvasView::cancel_gesture() {
  edge_timer_.stop();
  press_.reset();
  if (const std::unique_ptr<Gesture> gesture = std::move(gesture_)) gesture->cancel();
}

void CanvasView::scroll_at_edge() {
  const QRect inner = viewport()->rect().adjusted(edge, edge, -edge, -edge);
  QPoint by;
  if (mouse_.x() < inner.left()) by.setX(mouse_.x() - inner.left());
  if (mouse_.x() > inner.right()) by.setX(mouse_.x() - inner.right());
  if (mouse_.y() < inner.top()) by.setY(mouse_.y() - inner.top());
  if (mouse_.y() > inner.bottom()) by.setY(mouse_.y() - inner.bottom());
  if (by.isNull() || !gesture_) {
    at_edge_.invalidate();
    return;
  }
  if (!at_edge_.isValid()) at_edge_.start();
  if (at_edge_.elapsed() < edge_delay_ms) return;   // on the way to a port or out of the view
  pan_by(QPointF(std::clamp(by.x(), -edge, edge), std::clamp(by.y(), -edge, edge)) / 3);
  gesture_->move(mapToScene(mouse_), QApplication::keyboardModifiers());
}

void CanvasView::wheelEvent(QWheelEvent* event) {
  if (event->modifiers() & Qt::ControlModifier) {
    set_zoom(zoom_ * std::pow(1.0016, event->angleDelta().y()), event->position().toPoint());
  } else {
    QPointF by = event->pixelDelta().isNull() ? QPointF(event->angleDelta()) * 0.6 : QPointF(event->pixelDelta());
    if (event->modifiers() & Qt::ShiftModifier && by.x() == 0) by = by.transposed();
    pan_by(-by);
  }
  event->accept();
}

void CanvasView::contextMenuEvent(QContextMenuEvent* event) {
  QPoint at = event->pos();
  if (event->reason() == QContextMenuEvent::Keyboard) {
    const NodeItem* node = scene_.node(bench_.selection.current().toStdString());
    at = node ? mapFromScene(node->scene_card().center()) : viewport()->rect().center();
  } else {
    // The menu is about what lies under the mouse.
    const QPointF place = mapToScene(at);
    QGraphicsItem* item = scene_.node_at(place);
    if (!item) item = scene_.note_at(place);
    if (!item) item = scene_.link_at(place);
    if (!item || !item->isSelected()) scene_.select_only(item);
  }
  Q_EMIT menu_wanted(mapToScene(at), viewport()->mapToGlobal(at));
  event->accept();
}

// ---- touch pads and screens ------------------------------------------------------------------------------

bool CanvasView::viewportEvent(QEvent* event) {
  if (event->type() == QEvent::NativeGesture && native_gesture(static_cast<QNativeGestureEvent*>(event))) return true;
  if (event->type() == QEvent::Gesture && pinch(event)) return true;
  return QGraphicsView::viewportEvent(event);
}

bool CanvasView::native_gesture(QNativeGestureEvent* event) {
  if (event->gestureType() != Qt::ZoomNativeGesture) return false;
  set_zoom(zoom_ * (1 + event->value()), event->position().toPoint());
  return true;
}

bool CanvasView::pinch(QEvent* event) {
  QGesture* gesture = static_cast<QGestureEvent*>(event)->gesture(Qt::PinchGesture);
  if (!gesture) return false;
  const auto* pinch = static_cast<QPinchGesture*>(gesture);
  if (pinch->state() == Qt::GestureStarted) pinch_start_ = zoom_;
  set_zoom(pinch_start_ * pinch->totalScaleFactor(), viewport()->mapFromGlobal(pinch->centerPoint().toPoint()));
  pan_by(pinch->lastCenterPoint() - pinch->centerPoint());
  return true;
}

// ---- keyboard --------------------------------------------------------------------------------------------

void CanvasView::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Space && event->modifiers() == Qt::NoModifier) {
    if (!event->isAutoRepeat()) {
      space_ = true;
      viewport()->setCursor(Qt::OpenHandCursor);
    }
  } else if (event->key() == Qt::Key_Escape) {
    const bool idle = !gesture_;
    cancel_gesture();
    show_hint({});
    if (idle) scene_.select_only(nullptr);
  } else if (!navigate(event)) {
    QGraphicsView::keyPressEvent(event);
  }
}

// Arrows go from node to node; with Alt they move the view, with Shift the nodes.
bool CanvasView::navigate(QKeyEvent* event) {
  const int key = event->key();
  const QPointF way = key == Qt::Key_Left    ? QPointF(-1, 0)
                      : key == Qt::Key_Right ? QPointF(1, 0)
                      : key == Qt::Key_Up    ? QPointF(0, -1)
                      : key == Qt::Key_Down  ? QPointF(0, 1)
                                             : QPointF();
  const bool page = key == Qt::Key_PageDown || key == Qt::Key_PageUp;
  if (way.isNull() && !page) return false;
  if (page) {
    const std::vector<QGraphicsItem*> order = reading_order(scene_);
    if (order.empty()) return true;
    const auto current = std::find_if(order.begin(), order.end(), [](auto* item) { return item->isSelected(); });
    const auto count = static_cast<std::ptrdiff_t>(order.size());
    const std::ptrdiff_t at = current == order.end() ? (key == Qt::Key_PageDown ? -1 : count) : current - order.begin();
    QGraphicsItem* next = order[static_cast<std::size_t>((at + (key == Qt::Key_PageDown ? 1 : -1) + count) % count)];
    scene_.select_only(next);
    ensureVisible(next->sceneBoundingRect(), 40, 40);
  } else if (event->modifiers() & Qt::ShiftModifier) {
    editor_.nudge(way * look::grid);
  } else if (event->modifiers() & Qt::AltModifier) {
    pan_by(way * 48);
  } else if (NodeItem* next = neighbour(scene_, bench_.selection.current().toStdString(), static_cast<Qt::Key>(key))) {
    scene_.select_only(next);
    show_node(next->id());
  }
  return true;
}

void CanvasView::keyReleaseEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Space && !event->isAutoRepeat()) {
    space_ = false;
    if (!pan_from_) viewport()->setCursor(Qt::ArrowCursor);
  }
  if (event->key() == Qt::Key_Shift) bench_.document.end_gesture();  // of nudges in a row
  QGraphicsView::keyReleaseEvent(event);
}

void CanvasView::focusOutEvent(QFocusEvent* event) {
  space_ = false;
  pan_from_.reset();
  viewport()->setCursor(Qt::ArrowCursor);
  bench_.document.end_gesture();
  QGraphicsView::focusOutEvent(event);
}

// ---- drops -----------------------------------------------------------------------------------------------

void CanvasView::dragEnterEvent(QDragEnterEvent* event) {
  drop_.enter(event->mimeData());
  dragMoveEvent(event);
}

void CanvasView::dragMoveEvent(QDragMoveEvent* event) {
  if (!drop_.takes()) {
    event->ignore();
    return;
  }
  drop_.show(mapToScene(event->position().toPoint()));
  event->acceptProposedAction();
}

void CanvasView::dragLeaveEvent(QDragLeaveEvent* event) {
  drop_.hide();
  event->accept();
}

void CanvasView::dropEvent(QDropEvent* event) {
  if (!drop_.enter(event->mimeData())) {
    event->ignore();
    return;
  }
  drop_.drop(mapToScene(event->position().toPoint()));
  event->acceptProposedAction();
  setFocus(Qt::OtherFocusReason);
}

}  // namespace kelter::ui
