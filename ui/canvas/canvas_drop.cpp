// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/canvas_drop.h"

#include <QMimeData>
#include <QUrl>

#include "ui/canvas/canvas_look.h"
#include "ui/library/dropped_path.h"
#include "ui/library/step_mime.h"

namespace kelter::ui {
namespace {

constexpr double usual_height = 56;

// The corner of what is dropped, so that the mouse is on its title.
QPointF corner_of(const QPointF& place) { return look::snapped(place - QPointF(24, 20)); }

}  // namespace

std::optional<DroppedStep> dropped_step(const QMimeData* data, const StepCatalogue& catalogue) {
  if (!data->hasFormat(step_mime_type)) return {};
  const std::optional<StepRequest> request = read_step_mime(data->data(step_mime_type));
  const StepDescriptor* step = request ? catalogue.find(request->step) : nullptr;
  return step ? std::optional(DroppedStep{step, request->parameters}) : std::nullopt;
}

QStringList dropped_models(const QMimeData* data) {
  QStringList paths;
  for (const QUrl& url : data->urls()) {
    if (!url.isLocalFile()) continue;
    const DroppedPath dropped = classify_dropped_path(url.toLocalFile());
    const bool is_model =
        dropped.kind == DroppedPath::Kind::model_file || dropped.kind == DroppedPath::Kind::model_folder;
    if (is_model) paths.append(dropped.path);
  }
  return paths;
}

CanvasDrop::CanvasDrop(Workbench& bench, CanvasScene& scene, CanvasEditor& editor)
    : bench_(bench), scene_(scene), editor_(editor) {}

bool CanvasDrop::enter(const QMimeData* data) {
  step_ = dropped_step(data, bench_.catalogue);
  models_ = step_ ? QStringList() : dropped_models(data);
  return step_ || !models_.isEmpty();
}

LinkItem* CanvasDrop::link_for(const DroppedStep& step, const QPointF& place) const {
  LinkItem* link = scene_.link_at(place);
  const PortItem* from = link ? link->from()->port(link->link().from_port, false) : nullptr;
  if (!from || !from->content().type) return nullptr;
  return CanvasEditor::fits_between(*step.step, *from->content().type) ? link : nullptr;
}

void CanvasDrop::show(const QPointF& place) {
  hide();
  scene_.show_ghosts({QRectF(corner_of(place), QSizeF(look::node_width, usual_height))});
  if (LinkItem* link = step_ ? link_for(*step_, place) : nullptr) link->set_target(true);
}

void CanvasDrop::hide() {
  for (LinkItem* link : scene_.links())
    link->set_target(false);
  scene_.show_ghosts({});
}

void CanvasDrop::drop(const QPointF& place) {
  hide();
  QPointF corner = corner_of(place);
  if (step_) {
    if (const LinkItem* link = link_for(*step_, place)) {
      editor_.insert_step(*step_->step, step_->parameters, corner, link->link());
    } else {
      editor_.add_step(*step_->step, step_->parameters, corner);
    }
  }
  for (const QString& path : models_) {
    editor_.add_model(path, corner);
    corner += QPointF(0, usual_height + look::gap);
  }
}

}  // namespace kelter::ui
