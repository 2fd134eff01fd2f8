// SPDX-License-Identifier: GPL-3.0-or-later
// The canvas of a window: a view over its document, with the overview, the bar for zoom and layout, the list that adds
// steps, fields for names and notes, and menus. Owns no document; the workbench outlives it. Window thread.
#pragma once

#include <memory>
#include <QTimer>
#include <QWidget>

#include "ui/canvas/canvas_actions.h"
#include "ui/canvas/canvas_view.h"
#include "ui/canvas/inline_editor.h"
#include "ui/canvas/mini_map.h"
#include "ui/canvas/pick_list.h"

class QLabel;
class QMenu;
class QPushButton;

namespace kelter::ui {

class CanvasPanel : public QWidget {
  Q_OBJECT
 public:
  explicit CanvasPanel(Workbench& bench, QWidget* parent = nullptr);
  ~CanvasPanel() override;

  // ---- for the window: menus, palette, library ----
  const CanvasActions& canvas_actions() const { return *actions_; }
  QList<QAction*> actions_for_menu() const { return actions_->all(); }
  // Behind the selected node and linked to it where that is possible, else in the middle.
  void add_step(const QString& step, const Json& parameters = Json::object());
  void add_model(const QString& path);
  QString accessible_summary() const;
  QWidget* bar() const { return bar_; }  // zoom, fit and layout; hidden until the window puts it beside its tabs

  CanvasView& view() { return *view_; }
  CanvasScene& scene() { return *scene_; }
  CanvasEditor& editor() { return *editor_; }
  PickList& pick_list() { return *pick_list_; }
  InlineEditor& inline_editor() { return *inline_editor_; }

 Q_SIGNALS:
  void inspect_requested(const QString& node);
  void tensors_requested(const QString& node);   // of a source or of a step that makes a model
  void run_requested(const QStringList& nodes);  // these, with what they need

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void connect_actions();
  void connect_editing();
  void connect_view();
  void make_bar();
  void make_empty_state();
  void place_overlays();
  void update_actions();
  void update_empty_state();
  void update_mini_map();
  std::optional<QPoint> free_corner(const QSize& size) const;
  void update_zoom();
  void update_summary();
  void restyle();
  void quick_add(const QPointF& place, const std::optional<OpenEnd>& end);
  void quick_insert(const Link& link, const QPointF& place);
  void quick_add_here();
  void link_from_current();
  void edit_note(std::size_t index);
  void write_note();
  void rename_group(std::size_t index);
  void rename_chosen();
  void show_menu(const QPointF& place, const QPoint& global);
  void fill_node_menu(QMenu& menu);
  QRect on_panel(const QRectF& scene) const;

  Workbench& bench_;
  CanvasScene* scene_;
  CanvasEditor* editor_;
  CanvasView* view_;
  std::unique_ptr<CanvasActions> actions_;
  MiniMap* mini_map_;
  PickList* pick_list_;
  InlineEditor* inline_editor_;
  QWidget* bar_ = nullptr;
  QPushButton *zoom_button_ = nullptr, *fit_button_ = nullptr, *layout_button_ = nullptr;
  QWidget* empty_ = nullptr;
  QLabel* empty_icon_ = nullptr;
  QPushButton* empty_button_ = nullptr;
  QTimer summary_timer_, overview_timer_;
  std::optional<QPointF> menu_place_;  // while a menu is open: where it was asked for
};

}  // namespace kelter::ui
