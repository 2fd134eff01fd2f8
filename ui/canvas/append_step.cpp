// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/append_step.h"

#include <QCoreApplication>
#include <QRectF>

#include "ui/canvas/attach.h"
#include "ui/canvas/canvas_look.h"
#include "ui/models/step_text.h"
#include "ui/models/workbench.h"

namespace kelter::ui {
namespace {

struct AppendStep {
  Q_DECLARE_TR_FUNCTIONS(AppendStep)
};

QRectF card_of(const Node& node) { return {node.x, node.y, look::node_width, look::new_node_height}; }

std::vector<QRectF> cards_of(const Document& document) {
  std::vector<QRectF> out;
  for (const Node& node : document.nodes)
    out.push_back(card_of(node));
  return out;
}

QPointF below_everything(const Document& document) {
  QRectF all;
  for (const QRectF& card : cards_of(document))
    all |= card;
  return all.isNull() ? QPointF() : QPointF(all.left(), all.bottom() + look::gap);
}

}  // namespace

std::string append_step(Workbench& bench, const StepDescriptor& step, const Json& parameters, const std::optional<QPointF>& elsewhere) {
  const Document& document = bench.document.document();
  const std::string chosen = bench.selection.nodes().size() == 1 ? bench.selection.current().toStdString() : "";
  Node node = new_node(document, step, 0, 0);
  if (parameters.is_object()) node.parameters = parameters;
  // A measure that is chosen keeps what it measures: a further source is the start of something else.
  const std::optional<Link> link = attachment(document, bench.catalogue, {chosen, "", true, false}, step, node.id);
  const QPointF wanted = link ? attached_corner(card_of(*document.find(chosen)), link->to_node == node.id)
                              : elsewhere.value_or(below_everything(document));
  const QPointF corner = free_corner(wanted, cards_of(document));
  node.x = corner.x();
  node.y = corner.y();
  EditChain chain(document);
  chain.add(add_node(chain.document(), node));
  if (link && check_link(chain.document(), bench.catalogue, *link) == LinkRefusal::none)
    chain.add(add_link(chain.document(), bench.catalogue, *link));
  bench.document.push(chain.edit(), AppendStep::tr("Add %1").arg(step_text(step.title)));
  // What is ready to use and was added for the chosen step leaves that chosen: it is what is being worked on.
  const bool only_serves = link && link->to_node == chosen && parameters.is_object() && !parameters.empty();
  bench.selection.set({QString::fromStdString(only_serves ? chosen : node.id)});
  return node.id;
}

}  // namespace kelter::ui
