// SPDX-License-Identifier: GPL-3.0-or-later
// What can be dropped on the canvas, and what it does there: a step of the library (into space or into a link), and
// model files and folders, which become sources. Window thread.
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
  LinkItem* link_for(const DroppedStep& step, const QPointF& place) const;

  Workbench& bench_;
  CanvasScene& scene_;
  CanvasEditor& editor_;
  std::optional<DroppedStep> step_;
  QStringList models_;
};

}  // namespace kelter::ui
