// SPDX-License-Identifier: GPL-3.0-or-later
// The items of a document: compared with it at every change, so that only what differs is touched. Their selection and
// the window's selection follow each other. What a gesture shows (moved nodes, a dragged link, ghosts) lives here until
// the gesture ends; the document changes only then. Window thread.
#pragma once

#include <map>
#include <optional>
#include <QGraphicsScene>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "ui/canvas/group_item.h"
#include "ui/canvas/link_item.h"
#include "ui/canvas/node_item.h"
#include "ui/canvas/note_item.h"
#include "ui/models/workbench.h"

namespace kelter::ui {

class CanvasScene : public QGraphicsScene {
  Q_OBJECT
 public:
  explicit CanvasScene(Workbench& bench, QObject* parent = nullptr);
  ~CanvasScene() override;  // items that go take the selection with them: nobody is told

  NodeItem* node(const std::string& id) const;
  LinkItem* link(const Link& link) const;
  const std::map<std::string, NodeItem*>& nodes() const { return nodes_; }
  const std::vector<GroupItem*>& groups() const { return groups_; }
  const std::vector<NoteItem*>& notes() const { return notes_; }
  std::vector<LinkItem*> links() const;
  bool is_empty() const { return nodes_.empty() && notes_.empty(); }
  QRectF steps_rect() const;    // around nodes and groups
  QRectF content_rect() const;  // around everything
  QRectF rect_with_linked(const NodeItem& node) const;
  QSizeF size_of(const std::string& node) const;

  // ---- what lies at a place ----
  PortItem* port_at(const QPointF& place) const;
  NodeItem* node_at(const QPointF& place) const;
  LinkItem* link_at(const QPointF& place) const;
  NoteItem* note_at(const QPointF& place) const;
  GroupItem* group_title_at(const QPointF& place) const;

  // ---- selection ----
  std::vector<Link> selected_links() const;
  std::vector<std::size_t> selected_notes() const;
  void select_only(QGraphicsItem* item);  // nullptr: nothing
  void select_everything();
  void select_inside(const QRectF& area);                      // what it touches, beside what is selected
  void select_notes(const std::vector<std::size_t>& indices);  // beside what is selected

  // ---- what a gesture shows ----
  void show_moved(const std::vector<std::string>& nodes, const std::vector<std::size_t>& notes, const QPointF& by);
  void show_curve(const QPointF& from, const QPointF& to);
  void hide_curve();
  void show_ghosts(const std::vector<QRectF>& ghosts);
  void show_band(const QRectF& band);

 Q_SIGNALS:
  void synced();          // with the document
  void node_appeared(const QString& id);  // alone: added, not opened with others; after synced()
  void places_changed();  // items were added, removed or moved, by a gesture too

 protected:
  void drawForeground(QPainter* painter, const QRectF& rect) override;

 private:
  using LinkKey = std::tuple<std::string, std::string, std::string, std::string>;

  void sync();
  std::vector<std::string> sync_nodes();  // the new ones
  void sync_links();
  void sync_groups();
  void sync_notes();
  void refresh_results();
  void refresh_emphasis();
  void restyle();
  void follow(NodeItem* node);
  void take_selection();  // from the window
  void give_selection();  // to the window
  template <typename Item>
  Item* top_item(const QPointF& place) const;

  Workbench& bench_;
  std::map<std::string, NodeItem*> nodes_;
  std::map<LinkKey, LinkItem*> links_;
  std::unordered_multimap<const NodeItem*, LinkItem*> links_at_;
  std::vector<GroupItem*> groups_;
  std::vector<NoteItem*> notes_;
  std::optional<std::pair<QPointF, QPointF>> curve_;
  std::vector<QRectF> ghosts_;
  QRectF band_;
  bool selecting_ = false;  // while the two selections are made equal
};

}  // namespace kelter::ui
