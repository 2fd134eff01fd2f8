// SPDX-License-Identifier: GPL-3.0-or-later
// The canvas as it is seen and touched: zoom, pan, fit, the grid, and which gesture a press of the mouse begins. What
// a gesture does to the document is the editor's. Window thread.
#pragma once

#include <memory>
#include <optional>
#include <QElapsedTimer>
#include <QGraphicsView>
#include <QTimer>

#include "ui/canvas/canvas_drop.h"
#include "ui/canvas/press.h"

class QNativeGestureEvent;

namespace kelter::ui {

class HintLabel;

class CanvasView : public QGraphicsView {
  Q_OBJECT
 public:
  CanvasView(Workbench& bench, CanvasScene& scene, CanvasEditor& editor, QWidget* parent = nullptr);
  ~CanvasView() override;

  // ---- what is seen ----
  double zoom() const { return zoom_; }                                  // 1: 100 %
  void set_zoom(double zoom, const std::optional<QPoint>& anchor = {});  // the place under `anchor` stays
  void zoom_in() { set_zoom(zoom_ * 1.25); }
  void zoom_out() { set_zoom(zoom_ / 1.25); }
  // Everything, at most at 100 %; where that gets too small to read, the steps without the notes. Stays so when the
  // view gets another size, until a person zooms or pans.
  void fit();
  void fit_later();  // at the next change of document or size
  QRectF visible_rect() const { return mapToScene(viewport()->rect()).boundingRect(); }
  void look_at(const QPointF& place);
  void show_node(const std::string& id);  // moved only if it is not seen whole
  // The same for a node that was just added, with what it is linked to; smaller where both do not fit as they are.
  void show_new_node(const QString& id);
  // Where something new goes: under the mouse if it is here, else in the middle.
  QPointF place_for_new() const;

  // ---- words at the mouse ----
  void show_hint(const QString& text);  // empty: hides it
  QString hint() const;                 // as shown now

  bool in_gesture() const { return gesture_ != nullptr; }

 Q_SIGNALS:
  void zoom_changed();
  void view_moved();
  void quick_add_wanted(const QPointF& place, const std::optional<kelter::ui::OpenEnd>& end);
  void insert_wanted(const kelter::Link& link, const QPointF& place);
  void inspect_wanted(const QString& node);
  void note_wanted(std::size_t index);   // to be edited
  void title_wanted(std::size_t group);  // to be renamed
  void menu_wanted(const QPointF& place, const QPoint& global);

 protected:
  void drawBackground(QPainter* painter, const QRectF& rect) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void keyReleaseEvent(QKeyEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void showEvent(QShowEvent* event) override;
  void scrollContentsBy(int dx, int dy) override;
  bool viewportEvent(QEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dragMoveEvent(QDragMoveEvent* event) override;
  void dragLeaveEvent(QDragLeaveEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  void apply_transform();
  void restyle();
  void pan_by(const QPointF& pixels);
  LinkGesture::Answers link_answers();
  void cancel_gesture();
  void scroll_at_edge();
  bool navigate(QKeyEvent* event);
  bool native_gesture(QNativeGestureEvent* event);
  bool pinch(QEvent* event);

  Workbench& bench_;
  CanvasScene& scene_;
  CanvasEditor& editor_;
  CanvasDrop drop_;
  PressReader presses_;
  HintLabel* hint_;
  QTimer edge_timer_;
  QElapsedTimer at_edge_;   // since the mouse is there; invalid elsewhere
  double zoom_ = 1, pinch_start_ = 1;
  bool fit_later_ = true;
  bool fitted_ = true;              // since then nobody zoomed or panned
  bool space_ = false;              // held: the left button pans
  std::optional<QPoint> pan_from_;  // while a button pans
  QPoint mouse_;                    // last seen
  std::optional<Press> press_;
  std::unique_ptr<Gesture> gesture_;
};

}  // namespace kelter::ui
