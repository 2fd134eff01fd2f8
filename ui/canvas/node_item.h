// SPDX-License-Identifier: GPL-3.0-or-later
// One node: family bar, title, a line of parameters, after a run a line of sizes, its state at the top right, progress
// along the bottom edge. Owns its ports; is owned by the scene, which gives it new content. Window thread.
#pragma once

#include <QGraphicsItem>

#include "ui/canvas/node_content.h"
#include "ui/canvas/port_item.h"

namespace kelter::ui {

class NodeItem : public QGraphicsItem {
 public:
  enum { Type = UserType + 1 };

  explicit NodeItem(std::string id);

  int type() const override { return Type; }
  const std::string& id() const { return id_; }
  const NodeFace& face() const { return face_; }
  const NodeResult& result() const { return result_; }
  // true: the size or the ports changed, so that links must follow.
  bool set_face(const NodeFace& face);
  bool set_result(const NodeResult& result);
  void set_target(bool target);  // what is dragged would go here
  bool is_target() const { return target_; }
  // Fonts or colours changed.
  void restyle();
  // A copy of this node is being dragged away.
  static void paint_ghost(QPainter& painter, const QRectF& rect);

  QRectF card() const { return {0, 0, width(), height_}; }  // local
  QRectF scene_card() const { return card().translated(pos()); }
  static double width();
  const std::vector<PortItem*>& inputs() const { return inputs_; }
  const std::vector<PortItem*>& outputs() const { return outputs_; }
  PortItem* port(const std::string& name, bool input) const;

  QRectF boundingRect() const override;
  QPainterPath shape() const override;
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

 protected:
  void hoverEnterEvent(QGraphicsSceneHoverEvent* event) override;
  void hoverLeaveEvent(QGraphicsSceneHoverEvent* event) override;

 private:
  bool lay_out();
  void rebuild_ports();
  void paint_card(QPainter& painter) const;
  void paint_texts(QPainter& painter) const;
  void paint_head(QPainter& painter) const;
  void paint_ledger(QPainter& painter) const;
  void paint_progress(QPainter& painter) const;
  void paint_overview(QPainter& painter, double detail) const;
  QColor family_color() const;
  bool has_ledger() const { return !result_.size.isEmpty() || face_.bypass; }

  std::string id_;
  NodeFace face_;
  NodeResult result_;
  std::vector<PortItem*> inputs_, outputs_;
  double height_ = 56;
  bool hovered_ = false;
  bool target_ = false;
  bool two_lines_ = false;  // the name has a line of its own
  mutable QRectF overview_room_;  // for which the font from afar was found
  mutable QFont overview_font_;
};

}  // namespace kelter::ui
