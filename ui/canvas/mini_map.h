// SPDX-License-Identifier: GPL-3.0-or-later
// The whole canvas in a corner, with the part that is seen; a click or a drag goes there. Window thread.
#pragma once

#include <QWidget>

namespace kelter::ui {

class CanvasScene;
class CanvasView;

class MiniMap : public QWidget {
  Q_OBJECT
 public:
  // Both outlive it.
  MiniMap(const CanvasScene& scene, CanvasView& view, QWidget* parent);
  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;

 private:
  QTransform to_map() const;  // from the scene
  void go(const QPointF& place);

  const CanvasScene& scene_;
  CanvasView& view_;
};

}  // namespace kelter::ui
