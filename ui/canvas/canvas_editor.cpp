// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/canvas_editor.h"

#include <algorithm>

#include "ui/canvas/canvas_look.h"
#include "ui/canvas/clipboard.h"
#include "ui/canvas/link_words.h"

namespace kelter::ui {
namespace {

// All of it, or its middle where it is larger than the view.
bool is_seen(const QRectF& area, const QRectF& visible) {
  const bool fits = area.width() <= visible.width() && area.height() <= visible.height();
  return fits ? visible.contains(area) : visible.contains(area.center());
}

bool passes(const StepDescriptor& step) {
  return std::all_of(step.outputs.begin(), step.outputs.end(), [&](const Port& output) {
    return std::any_of(step.inputs.begin(), step.inputs.end(),
                       [&](const Port& input) { return input.type == output.type; });
  });
}

}  // namespace

CanvasEditor::CanvasEditor(Workbench& bench, CanvasScene& scene, QObject* parent)
    : QObject(parent), bench_(bench), scene_(scene) {}

void CanvasEditor::commit(const Edit& edit, const QString& text) {
  bench_.document.end_gesture();
  bench_.document.push(edit, text);
  bench_.document.end_gesture();
}

void CanvasEditor::select(const std::vector<std::string>& nodes) {
  QStringList ids;
  for (const std::string& id : nodes)
    ids.append(QString::fromStdString(id));
  scene_.select_only(nullptr);
  bench_.selection.set(ids);
}

std::vector<std::string> CanvasEditor::chosen() const {
  std::vector<std::string> ids;
  for (const QString& id : bench_.selection.nodes()) {
    if (document().find(id.toStdString())) ids.push_back(id.toStdString());
  }
  return ids;
}

// For undo texts: "Round to nearest", "3 steps".
QString CanvasEditor::name_of(const std::vector<std::string>& nodes) const {
  if (nodes.size() == 1) return node_label(bench_.document, nodes.front());
  return tr("%1 steps").arg(nodes.size());
}

std::vector<Box> CanvasEditor::boxes(const std::vector<std::string>& nodes) const {
  std::vector<Box> out;
  for (const std::string& id : nodes) {
    const Node* node = document().find(id);
    if (node) out.push_back({id, QRectF(QPointF(node->x, node->y), scene_.size_of(id))});
  }
  return out;
}

std::vector<QRectF> CanvasEditor::cards() const {
  std::vector<QRectF> out;
  for (const auto& [id, item] : scene_.nodes())
    out.push_back(item->scene_card());
  return out;
}

// ---- links -----------------------------------------------------------------------------------------------

void CanvasEditor::connect_ports(const Link& link) {
  const LinkRefusal refusal = check_link(document(), bench_.catalogue, link);
  if (refusal != LinkRefusal::none) {
    Q_EMIT refused(refusal_words(refusal, link, bench_.document));
    return;
  }
  commit(add_link(document(), bench_.catalogue, link),
         tr("Link %1 to %2").arg(name_of({link.from_node}), name_of({link.to_node})));
}

void CanvasEditor::reroute(const Link& old, const Link& link) {
  const LinkRefusal refusal = LinkCheck(document(), bench_.catalogue, old)(link);
  if (refusal != LinkRefusal::none) {
    Q_EMIT refused(refusal_words(refusal, link, bench_.document));
    return;
  }
  commit(replace_link(document(), bench_.catalogue, old, link),
         tr("Re-route a link to %1").arg(name_of({old.to_node == link.to_node ? link.from_node : link.to_node})));
}

// ---- the selection ---------------------------------------------------------------------------------------

void CanvasEditor::remove() {
  const std::vector<std::string> nodes = chosen();
  const std::vector<Link> links = scene_.selected_links();
  const std::vector<std::size_t> notes = scene_.selected_notes();
  EditChain chain(document());
  chain.add(remove_links(chain.document(), links));
  chain.add(remove_nodes(chain.document(), nodes));
  chain.add(remove_notes(chain.document(), notes));
  const QString what = !nodes.empty()   ? name_of(nodes)
                       : !links.empty() ? (links.size() == 1 ? tr("a link") : tr("%1 links").arg(links.size()))
                                        : (notes.size() == 1 ? tr("a note") : tr("%1 notes").arg(notes.size()));
  commit(chain.edit(), tr("Delete %1").arg(what));
}

void CanvasEditor::branch() {
  const std::vector<std::string> nodes = chosen();
  QRectF area;
  for (const Box& box : boxes(nodes))
    area |= box.rect;
  const QRectF place = free_place(area.translated(0, area.height() + look::gap), cards(), look::gap - look::grid);
  branch_by(nodes, place.topLeft() - area.topLeft());
}

void CanvasEditor::branch_by(const std::vector<std::string>& nodes, const QPointF& by) {
  std::vector<std::string> made;
  const QPointF moved = look::snapped(by);
  const Edit edit = kelter::branch(document(), bench_.catalogue, nodes, moved.x(), moved.y(), &made);
  commit(edit, tr("Branch %1").arg(name_of(nodes)));
  if (!edit.empty()) select(made);
}

bool CanvasEditor::can_bypass_chosen() const {
  for (const std::string& id : chosen()) {
    const StepDescriptor* step = bench_.document.step_of(id);
    if (document().find(id)->bypass || (step && passes(*step))) return true;
  }
  return false;
}

void CanvasEditor::toggle_bypass() {
  std::vector<std::string> can, bypassed;
  for (const std::string& id : chosen()) {
    const StepDescriptor* step = bench_.document.step_of(id);
    if (document().find(id)->bypass)
      bypassed.push_back(id);
    else if (step && passes(*step))
      can.push_back(id);
  }
  if (can.empty() && bypassed.empty()) {
    if (!chosen().empty()) Q_EMIT refused(tr("This step cannot be bypassed: it has no input to pass through."));
    return;
  }
  const bool on = !can.empty();
  const std::vector<std::string>& nodes = on ? can : bypassed;
  commit(set_bypass(document(), nodes, on), (on ? tr("Bypass %1") : tr("Use %1 again")).arg(name_of(nodes)));
}

void CanvasEditor::group() {
  const std::vector<std::string> nodes = chosen();
  if (nodes.empty()) return;
  commit(make_group(document(), nodes, tr("Group")), tr("Group %1").arg(name_of(nodes)));
  Q_EMIT group_made(document().groups.size() - 1);
}

// Whole groups among what is chosen first; else those that hold any of it.
void CanvasEditor::ungroup() {
  const std::vector<std::string> nodes = chosen();
  const auto is_chosen = [&](const std::string& id) {
    return std::find(nodes.begin(), nodes.end(), id) != nodes.end();
  };
  std::vector<std::size_t> whole, touched;
  for (const Group& group : read_groups(document())) {
    if (std::all_of(group.nodes.begin(), group.nodes.end(), is_chosen)) whole.push_back(group.index);
    if (std::any_of(group.nodes.begin(), group.nodes.end(), is_chosen)) touched.push_back(group.index);
  }
  commit(dissolve_groups(document(), whole.empty() ? touched : whole), tr("Ungroup"));
}

bool CanvasEditor::can_ungroup() const {
  const std::vector<Group> groups = read_groups(document());
  return std::any_of(groups.begin(), groups.end(), [&](const Group& group) {
    return std::any_of(group.nodes.begin(), group.nodes.end(),
                       [&](const std::string& id) { return bench_.selection.contains(QString::fromStdString(id)); });
  });
}

std::optional<std::size_t> CanvasEditor::group_of_chosen() const {
  std::vector<std::string> nodes = chosen();
  std::sort(nodes.begin(), nodes.end());
  for (const Group& group : read_groups(document())) {
    std::vector<std::string> members = group.nodes;
    std::sort(members.begin(), members.end());
    if (nodes.size() > 1 && members == nodes) return group.index;
  }
  return {};
}

Document CanvasEditor::clipping() const {
  Document out = excerpt(document(), chosen());
  for (const std::size_t index : scene_.selected_notes())
    out.notes.push_back(document().notes.at(index));
  return out;
}

void CanvasEditor::copy() {
  const Document out = clipping();
  if (out.nodes.empty() && out.notes.empty()) return;
  put_on_clipboard(out);
  pasted_ = 0;
}

void CanvasEditor::cut() {
  copy();
  remove();
}

void CanvasEditor::paste(const std::optional<QPointF>& place, const QRectF& visible) {
  const std::optional<Document> clip = take_from_clipboard();
  if (!clip) {
    Q_EMIT refused(tr("The clipboard holds no steps."));
    return;
  }
  QRectF area;
  for (const Node& node : clip->nodes)
    area |= QRectF(QPointF(node.x, node.y), QSizeF(look::node_width, 80));
  for (const Note& note : read_notes(*clip))
    area |= QRectF(note.place, QSizeF(note.width, 80));
  QPointF corner = area.topLeft() + QPointF(look::gap, look::gap) * ++pasted_;
  if (place) {
    corner = *place;
  } else if (!is_seen(QRectF(corner, area.size()), visible)) {
    corner = visible.center() - QRectF(QPointF(), area.size()).center();
  }
  const QPointF by = look::snapped(corner - area.topLeft());
  std::vector<std::string> made;
  const std::size_t old_notes = document().notes.is_array() ? document().notes.size() : 0;
  const Edit edit = kelter::insert(document(), *clip, by.x(), by.y(), &made);
  commit(edit, tr("Paste %1").arg(made.empty() ? tr("notes") : tr("%1 steps").arg(made.size())));
  select(made);
  std::vector<std::size_t> notes;
  for (std::size_t i = old_notes; document().notes.is_array() && i < document().notes.size(); ++i)
    notes.push_back(i);
  scene_.select_notes(notes);
}

void CanvasEditor::move(const std::vector<std::string>& nodes, const std::vector<std::size_t>& notes,
                        const QPointF& by) {
  std::vector<Place> places;
  for (const std::string& id : nodes) {
    if (const Node* node = document().find(id)) places.push_back({id, node->x + by.x(), node->y + by.y()});
  }
  EditChain chain(document());
  chain.add(kelter::move_nodes(chain.document(), places));
  chain.add(move_notes(chain.document(), notes, by));
  commit(chain.edit(), tr("Move %1").arg(nodes.empty() ? tr("a note") : name_of(nodes)));
}

void CanvasEditor::nudge(const QPointF& by) {
  const std::vector<std::string> nodes = chosen();
  std::vector<Place> places;
  for (const std::string& id : nodes) {
    const Node* node = document().find(id);
    places.push_back({id, node->x + by.x(), node->y + by.y()});
  }
  EditChain chain(document());
  chain.add(kelter::move_nodes(chain.document(), places));
  chain.add(move_notes(chain.document(), scene_.selected_notes(), by));
  Edit edit = chain.edit();
  edit.merge_key = "nudge";
  bench_.document.push(edit, tr("Move %1").arg(nodes.empty() ? tr("a note") : name_of(nodes)));
}

void CanvasEditor::align(Alignment alignment) {
  const std::vector<std::string> nodes = chosen();
  commit(kelter::move_nodes(document(), aligned(boxes(nodes), alignment)), tr("Align %1").arg(name_of(nodes)));
}

void CanvasEditor::distribute(Qt::Orientation orientation) {
  const std::vector<std::string> nodes = chosen();
  commit(kelter::move_nodes(document(), distributed(boxes(nodes), orientation)),
         tr("Distribute %1").arg(name_of(nodes)));
}

// Notes stay where they are, unless a node would then lie on them.
void CanvasEditor::auto_layout() {
  std::map<std::string, QSizeF> sizes;
  for (const auto& [id, item] : scene_.nodes())
    sizes[id] = item->card().size();
  const std::vector<Place> places = ui::auto_layout(document(), sizes);
  EditChain chain(document());
  chain.add(kelter::move_nodes(chain.document(), places));
  std::vector<QRectF> taken;
  for (const Place& place : places)
    taken.push_back({QPointF(place.x, place.y), sizes[place.id]});
  for (const NoteItem* item : scene_.notes()) {
    const QRectF free = free_place(item->scene_rect(), taken, look::grid * 2);
    if (free.topLeft() != item->scene_rect().topLeft()) {
      chain.add(move_notes(chain.document(), {item->note().index}, free.topLeft() - item->scene_rect().topLeft()));
    }
    taken.push_back(free);
  }
  commit(chain.edit(), tr("Auto-layout"));
}

// ---- words -----------------------------------------------------------------------------------------------

void CanvasEditor::rename_node(const std::string& node, const QString& id) {
  try {
    const Edit edit = kelter::rename_node(document(), node, id.trimmed().toStdString());
    commit(edit, tr("Rename %1").arg(name_of({node})));
    if (!edit.empty()) select({id.trimmed().toStdString()});
  } catch (const Error& error) {
    Q_EMIT refused(QString::fromStdString(error.info().text()));
  }
}

void CanvasEditor::rename_group(std::size_t index, const QString& title) {
  commit(kelter::ui::rename_group(document(), index, title.trimmed()), tr("Rename a group"));
}

void CanvasEditor::write_note(const QString& text, const QPointF& place) {
  if (text.trimmed().isEmpty()) return;
  const QPointF corner = look::snapped(place);
  commit(add_note(document(), text, corner), tr("Add a note"));
}

void CanvasEditor::rewrite_note(std::size_t index, const QString& text) {
  commit(text.trimmed().isEmpty() ? remove_notes(document(), {index}) : set_note_text(document(), index, text),
         tr("Edit a note"));
}

void CanvasEditor::resize_note(std::size_t index, const QSizeF& size) {
  commit(kelter::ui::resize_note(document(), index, size), tr("Resize a note"));
}

}  // namespace kelter::ui
