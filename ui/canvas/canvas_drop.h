// SPDX-License-Identifier: GPL-3.0-or-later
// What can be dropped on the canvas, and what it does there: a step of the library (into space, into a link, or on a node
// or port, which it is linked to), and model files and folders, which become sources. Window thread.
#pragma once

#include <optional>
#include <QStringList>

#include "ui/canvas/canvas_editor.h"

class QMimeData;

namespace kelter::ui {

struct DroppedStep {
  const StepDescriptor* step;
  Json parameters;
};

// Nothing if there is no step, or none that the catalogue knows.
std::optional<DroppedStep> dropped_step(const QMimeData* data, const StepCatalogue& catalogue);
// Local model files and folders.
QStringList dropped_models(const QMimeData* data);

class CanvasDrop {
 public:
  CanvasDrop(Workbench& bench, CanvasScene& scene, CanvasEditor& editor);
  // Looks at what is dragged, once. false: nothing that belongs on a canvas (documents and run folders are for the
  // window).
  bool enter(const QMimeData* data);
  bool takes() const { return step_ || !models_.isEmpty(); }
  void show(const QPointF& place);  // where it would go
  void hide();
  void drop(const QPointF& place);

 private:
  // What takes the step: a node of the same step its parameters, a node its link, a link all of it. Nothing: space.
  struct Landing {
    NodeItem* node = nullptr;
    std::optional<Attached> attached;  // else the node takes the parameters
    LinkItem* link = nullptr;
  };
  Landing landing(const QPointF& place) const;
  Landing on_node(NodeItem& node, const PortItem* port) const;
  LinkItem* link_for(const QPointF& place) const;
  LinkItem* link_into(const PortItem& port) const;
  void show_attached(const Landing& landing);
  void drop_step(const QPointF& place);

  Workbench& bench_;
  CanvasScene& scene_;
  CanvasEditor& editor_;
  std::optional<DroppedStep> step_;
  QStringList models_;
};

}  // namespace kelter::ui
