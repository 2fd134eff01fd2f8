// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/canvas_scene.h"

#include <algorithm>
#include <QPainter>
#include <QScopedValueRollback>
#include <set>

#include "ui/canvas/canvas_look.h"

namespace kelter::ui {
namespace {

constexpr double free_space = 4000;  // around the items, to move about in

}  // namespace

CanvasScene::CanvasScene(Workbench& bench, QObject* parent) : QGraphicsScene(parent), bench_(bench) {
  connect(&bench_.document, &DocumentModel::changed, this, &CanvasScene::sync);
  connect(&bench_.document, &DocumentModel::problem_changed, this, &CanvasScene::refresh_results);
  connect(&bench_.runs, &RunModel::status_changed, this, &CanvasScene::refresh_results);
  connect(&bench_.runs, &RunModel::record_changed, this, &CanvasScene::refresh_results);
  connect(&bench_.selection, &Selection::changed, this, &CanvasScene::take_selection);
  connect(this, &QGraphicsScene::selectionChanged, this, &CanvasScene::give_selection);
  connect(&theme(), &Theme::changed, this, &CanvasScene::restyle);
  sync();
}

CanvasScene::~CanvasScene() {
  blockSignals(true);
  clear();
}

NodeItem* CanvasScene::node(const std::string& id) const {
  const auto found = nodes_.find(id);
  return found == nodes_.end() ? nullptr : found->second;
}

LinkItem* CanvasScene::link(const Link& link) const {
  const auto found = links_.find({link.from_node, link.from_port, link.to_node, link.to_port});
  return found == links_.end() ? nullptr : found->second;
}

std::vector<LinkItem*> CanvasScene::links() const {
  std::vector<LinkItem*> out;
  for (const auto& [key, item] : links_)
    out.push_back(item);
  return out;
}

QRectF CanvasScene::steps_rect() const {
  QRectF rect;
  for (const auto& [id, item] : nodes_)
    rect |= item->scene_card();
  for (const GroupItem* item : groups_)
    rect |= item->ground();
  return rect;
}

QRectF CanvasScene::content_rect() const {
  QRectF rect = steps_rect();
  for (const NoteItem* item : notes_)
    rect |= item->scene_rect();
  return rect;
}

QRectF CanvasScene::rect_with_linked(const NodeItem& node) const {
  QRectF rect = node.scene_card();
  for (const LinkItem* link : links()) {
    if (link->from() == &node) rect |= link->to()->scene_card();
    if (link->to() == &node) rect |= link->from()->scene_card();
  }
  return rect;
}

QSizeF CanvasScene::size_of(const std::string& id) const {
  const NodeItem* item = node(id);
  return item ? item->card().size() : QSizeF(look::node_width, 56);
}

// ---- following the document ------------------------------------------------------------------------------

void CanvasScene::sync() {
  std::vector<std::string> added;
  {
    const QScopedValueRollback guard(selecting_, true);
    added = sync_nodes();
    sync_links();
    sync_groups();
    sync_notes();
  }
  const QRectF content = content_rect();
  setSceneRect(content.adjusted(-free_space, -free_space, free_space, free_space));
  take_selection();
  refresh_emphasis();
  Q_EMIT places_changed();
  Q_EMIT synced();
  if (added.size() == 1) Q_EMIT node_appeared(QString::fromStdString(added.front()));
}

std::vector<std::string> CanvasScene::sync_nodes() {
  std::vector<std::string> added;
  const ContentReader reader(bench_.document, bench_.runs);
  std::set<std::string> present;
  for (const Node& node : bench_.document.document().nodes) {
    if (!present.insert(node.id).second) continue;  // the document's problem names the id
    NodeItem*& item = nodes_[node.id];
    const bool is_new = !item;
    if (is_new) item = new NodeItem(node.id);
    bool moved = item->set_face(reader.face(node));
    moved |= item->set_result(reader.result(node));
    if (item->pos() != QPointF(node.x, node.y)) {
      item->setPos(node.x, node.y);
      moved = true;
    }
    if (is_new) {
      addItem(item);
      added.push_back(node.id);
    } else if (moved) {
      follow(item);
    }
  }
  for (auto entry = nodes_.begin(); entry != nodes_.end();) {
    if (present.count(entry->first) != 0) {
      ++entry;
      continue;
    }
    // Its links go with it: they hold it.
    for (auto link = links_.begin(); link != links_.end();) {
      const bool at = link->second->from() == entry->second || link->second->to() == entry->second;
      if (at) delete link->second;
      link = at ? links_.erase(link) : std::next(link);
    }
    delete entry->second;
    entry = nodes_.erase(entry);
  }
  return added;
}

void CanvasScene::sync_links() {
  std::map<LinkKey, LinkItem*> kept;
  links_at_.clear();
  for (const Link& link : bench_.document.document().links) {
    const LinkKey key = {link.from_node, link.from_port, link.to_node, link.to_port};
    NodeItem *from = node(link.from_node), *to = node(link.to_node);
    if (!from || !to || kept.count(key) != 0) continue;
    const auto old = links_.find(key);
    LinkItem* item = nullptr;
    if (old != links_.end()) {
      item = old->second;
      links_.erase(old);
      item->follow();
    } else {
      item = new LinkItem(link, from, to);
      addItem(item);
    }
    kept.emplace(key, item);
    links_at_.emplace(from, item);
    links_at_.emplace(to, item);
  }
  for (const auto& [key, item] : links_)
    delete item;
  links_ = std::move(kept);
}

void CanvasScene::sync_groups() {
  const std::vector<Group> groups = read_groups(bench_.document.document());
  while (groups_.size() > groups.size()) {
    delete groups_.back();
    groups_.pop_back();
  }
  while (groups_.size() < groups.size()) {
    groups_.push_back(new GroupItem);
    addItem(groups_.back());
  }
  for (std::size_t i = 0; i < groups.size(); ++i) {
    QRectF members;
    for (const std::string& id : groups[i].nodes) {
      if (const NodeItem* item = node(id)) members |= item->scene_card();
    }
    groups_[i]->set(groups[i], members);
  }
}

void CanvasScene::sync_notes() {
  const std::vector<Note> notes = read_notes(bench_.document.document());
  while (notes_.size() > notes.size()) {
    delete notes_.back();
    notes_.pop_back();
  }
  while (notes_.size() < notes.size()) {
    notes_.push_back(new NoteItem);
    addItem(notes_.back());
  }
  for (std::size_t i = 0; i < notes.size(); ++i)
    notes_[i]->set(notes[i]);
}

void CanvasScene::refresh_results() {
  const ContentReader reader(bench_.document, bench_.runs);
  bool resized = false;
  for (const Node& node : bench_.document.document().nodes) {
    NodeItem* item = this->node(node.id);
    if (!item || !item->set_result(reader.result(node))) continue;
    follow(item);
    resized = true;
  }
  if (resized) {
    sync_groups();
    Q_EMIT places_changed();
  }
  refresh_emphasis();
}

void CanvasScene::refresh_emphasis() {
  for (const auto& [key, item] : links_) {
    const bool runs = item->to()->result().state.status == NodeStatus::running;
    const bool beside = item->from()->isSelected() || item->to()->isSelected();
    item->set_emphasis(runs     ? LinkItem::Emphasis::running
                       : beside ? LinkItem::Emphasis::beside_selection
                                : LinkItem::Emphasis::none);
  }
  for (GroupItem* item : groups_) {
    const auto& ids = item->group().nodes;
    item->set_chosen(
        std::all_of(ids.begin(), ids.end(), [&](const auto& id) { return node(id) && node(id)->isSelected(); }));
  }
}

void CanvasScene::restyle() {
  for (const auto& [id, item] : nodes_) {
    item->restyle();
    follow(item);
  }
  for (NoteItem* item : notes_)
    item->restyle();
  update();
}

void CanvasScene::follow(NodeItem* node) {
  const auto [first, last] = links_at_.equal_range(node);
  for (auto link = first; link != last; ++link)
    link->second->follow();
}

// ---- what lies at a place --------------------------------------------------------------------------------

template <typename Item>
Item* CanvasScene::top_item(const QPointF& place) const {
  for (QGraphicsItem* item : items(place)) {
    if (auto* found = qgraphicsitem_cast<Item*>(item)) return found;
  }
  return nullptr;
}

PortItem* CanvasScene::port_at(const QPointF& place) const { return top_item<PortItem>(place); }
NodeItem* CanvasScene::node_at(const QPointF& place) const { return top_item<NodeItem>(place); }
LinkItem* CanvasScene::link_at(const QPointF& place) const { return top_item<LinkItem>(place); }
NoteItem* CanvasScene::note_at(const QPointF& place) const { return top_item<NoteItem>(place); }
GroupItem* CanvasScene::group_title_at(const QPointF& place) const { return top_item<GroupItem>(place); }

// ---- selection -------------------------------------------------------------------------------------------

void CanvasScene::take_selection() {
  if (selecting_) return;
  {
    const QScopedValueRollback guard(selecting_, true);
    for (const auto& [id, item] : nodes_)
      item->setSelected(bench_.selection.contains(QString::fromStdString(id)));
  }
  give_selection();  // nodes that are not here any more leave it
}

// In the order they were chosen: those that stay first, then the new ones.
void CanvasScene::give_selection() {
  if (selecting_) return;
  const QScopedValueRollback guard(selecting_, true);
  QStringList chosen;
  for (const QString& id : bench_.selection.nodes()) {
    const NodeItem* item = node(id.toStdString());
    if (item && item->isSelected()) chosen.append(id);
  }
  for (const auto& [id, item] : nodes_) {
    const QString name = QString::fromStdString(id);
    if (item->isSelected() && !chosen.contains(name)) chosen.append(name);
  }
  if (chosen != bench_.selection.nodes()) bench_.selection.set(chosen);
  refresh_emphasis();
}

std::vector<Link> CanvasScene::selected_links() const {
  std::vector<Link> out;
  for (const auto& [key, item] : links_) {
    if (item->isSelected()) out.push_back(item->link());
  }
  return out;
}

std::vector<std::size_t> CanvasScene::selected_notes() const {
  std::vector<std::size_t> out;
  for (const NoteItem* item : notes_) {
    if (item->isSelected()) out.push_back(item->note().index);
  }
  return out;
}

void CanvasScene::select_only(QGraphicsItem* item) {
  {
    const QScopedValueRollback guard(selecting_, true);
    for (QGraphicsItem* other : selectedItems()) {
      if (other != item) other->setSelected(false);
    }
    if (item) item->setSelected(true);
  }
  give_selection();
}

void CanvasScene::select_everything() {
  {
    const QScopedValueRollback guard(selecting_, true);
    for (const auto& [id, item] : nodes_)
      item->setSelected(true);
    for (NoteItem* item : notes_)
      item->setSelected(true);
  }
  give_selection();
}

void CanvasScene::select_inside(const QRectF& area) {
  {
    const QScopedValueRollback guard(selecting_, true);
    for (const auto& [id, item] : nodes_) {
      if (area.intersects(item->scene_card())) item->setSelected(true);
    }
    for (NoteItem* item : notes_) {
      if (area.intersects(item->scene_rect())) item->setSelected(true);
    }
  }
  give_selection();
}

void CanvasScene::select_notes(const std::vector<std::size_t>& indices) {
  for (NoteItem* item : notes_) {
    if (std::find(indices.begin(), indices.end(), item->note().index) != indices.end()) item->setSelected(true);
  }
}

// ---- what a gesture shows --------------------------------------------------------------------------------

void CanvasScene::show_moved(const std::vector<std::string>& ids, const std::vector<std::size_t>& notes,
                             const QPointF& by) {
  for (const std::string& id : ids) {
    const Node* place = bench_.document.document().find(id);
    NodeItem* item = node(id);
    if (!place || !item) continue;
    item->setPos(QPointF(place->x, place->y) + by);
    follow(item);
  }
  for (NoteItem* item : notes_) {
    const bool moved = std::find(notes.begin(), notes.end(), item->note().index) != notes.end();
    if (moved) item->setPos(item->note().place + by);
  }
  sync_groups();
  Q_EMIT places_changed();
}

void CanvasScene::show_curve(const QPointF& from, const QPointF& to) {
  curve_ = {from, to};
  update();
}

void CanvasScene::hide_curve() {
  curve_.reset();
  update();
}

void CanvasScene::show_ghosts(const std::vector<QRectF>& ghosts) {
  ghosts_ = ghosts;
  update();
}

void CanvasScene::show_band(const QRectF& band) {
  band_ = band;
  update();
}

void CanvasScene::drawForeground(QPainter* painter, const QRectF&) {
  painter->setRenderHint(QPainter::Antialiasing);
  for (const QRectF& ghost : ghosts_)
    NodeItem::paint_ghost(*painter, ghost);
  const QColor accent = theme().colors().accent;
  if (curve_) {
    painter->setBrush(Qt::NoBrush);
    painter->setPen(QPen(accent, 2, Qt::SolidLine, Qt::RoundCap));
    painter->drawPath(look::link_path(curve_->first, curve_->second));
  }
  if (!band_.isNull()) {
    QColor fill = accent;
    fill.setAlphaF(0.1F);
    QPen pen(accent, 1);
    pen.setCosmetic(true);
    painter->setPen(pen);
    painter->setBrush(fill);
    painter->drawRect(band_);
  }
}

}  // namespace kelter::ui
