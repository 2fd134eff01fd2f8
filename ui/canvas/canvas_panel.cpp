// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/canvas_panel.h"

#include "ui/canvas/append_step.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/canvas/canvas_lists.h"
#include "ui/canvas/canvas_look.h"
#include "ui/canvas/canvas_summary.h"

namespace kelter::ui {
namespace {

constexpr int corner_margin = 12;
constexpr int overview_delay_ms = 120;  // after the view came to rest
constexpr QSize least_for_map(480, 260);

}  // namespace

CanvasPanel::CanvasPanel(Workbench& bench, QWidget* parent)
    : QWidget(parent),
      bench_(bench),
      scene_(new CanvasScene(bench, this)),
      editor_(new CanvasEditor(bench, *scene_, this)),
      view_(new CanvasView(bench, *scene_, *editor_, this)),
      actions_(std::make_unique<CanvasActions>(*view_)),
      mini_map_(new MiniMap(*scene_, *view_, this)),
      pick_list_(new PickList(this)),
      inline_editor_(new InlineEditor(this)) {
  setObjectName("canvas_panel");
  setAccessibleName(tr("Canvas"));
  setFocusProxy(view_);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(view_);
  make_bar();
  make_empty_state();
  connect_actions();
  connect_editing();
  connect_view();
  mini_map_->hide();  // until something is out of sight
  overview_timer_.setSingleShot(true);
  overview_timer_.setInterval(overview_delay_ms);
  connect(&overview_timer_, &QTimer::timeout, this, &CanvasPanel::update_mini_map);
  summary_timer_.setSingleShot(true);
  summary_timer_.setInterval(300);
  connect(&summary_timer_, &QTimer::timeout, this, &CanvasPanel::update_summary);
  connect(&theme(), &Theme::changed, this, &CanvasPanel::restyle);
  restyle();
  update_actions();
  update_empty_state();
  update_zoom();
  update_summary();
}

// Scene and view say what happens to them while they go, too: nobody listens any more.
CanvasPanel::~CanvasPanel() {
  view_->disconnect(this);
  scene_->disconnect(this);
}

// ---- parts -----------------------------------------------------------------------------------------------

void CanvasPanel::make_bar() {
  bar_ = new QWidget(this);
  bar_->setObjectName("canvas_bar");
  bar_->hide();  // until the window gives it a place
  auto* row = new QHBoxLayout(bar_);
  row->setContentsMargins(0, 2, 8, 2);
  row->setSpacing(0);
  const auto add = [&](QAction* action, const QString& text) {
    auto* button = new QPushButton(text, bar_);
    button->setProperty("flat", true);
    button->setAccessibleName(action->text());
    button->setToolTip(QString("%1 (%2)").arg(action->text(), action->shortcut().toString(QKeySequence::NativeText)));
    button->setFocusPolicy(Qt::TabFocus);
    connect(button, &QPushButton::clicked, action, &QAction::trigger);
    row->addWidget(button);
    return button;
  };
  zoom_button_ = add(actions_->zoom_reset, {});
  fit_button_ = add(actions_->fit, {});
  layout_button_ = add(actions_->auto_layout, {});
}

void CanvasPanel::make_empty_state() {
  empty_ = new QWidget(this);
  empty_->setObjectName("canvas_empty");
  empty_->setAttribute(Qt::WA_TransparentForMouseEvents);  // what is dropped here is dropped on the canvas
  auto* column = new QVBoxLayout(empty_);
  column->setSpacing(8);
  empty_icon_ = new QLabel(empty_);
  empty_icon_->setAlignment(Qt::AlignCenter);
  auto* title = new QLabel(tr("Start with a model"), empty_);
  title->setProperty("role", "headline");
  title->setAlignment(Qt::AlignCenter);
  auto* text = new QLabel(tr("Drop a GGUF file or a model folder here, drag a step from the library,\n"
                             "or press Tab to add a step by its name.") + "\n\n" +
                              tr("A double-click or Enter in the library adds a step behind the selected one and links it.\n"
                                 "Drag from a port to a free place to choose what follows."),
                          empty_);
  text->setProperty("role", "muted");
  text->setAlignment(Qt::AlignCenter);
  for (QWidget* widget :
       {static_cast<QWidget*>(empty_icon_), static_cast<QWidget*>(title), static_cast<QWidget*>(text)}) {
    column->addWidget(widget);
  }
  empty_button_ = new QPushButton(tr("Add a step"), this);
  empty_button_->setProperty("primary", true);
  empty_button_->setAccessibleName(tr("Add a step"));
  connect(empty_button_, &QPushButton::clicked, this,
          [this] { quick_add(view_->mapToScene(view_->viewport()->rect().center()), {}); });
}

void CanvasPanel::restyle() {
  const int side = qRound(theme().px(16));
  for (const auto& [button, icon] : {std::pair(fit_button_, "fit"), std::pair(layout_button_, "auto-layout")}) {
    button->setIcon(theme().icon(icon, theme().colors().accent));
    button->setIconSize({side, side});
  }
  empty_icon_->setPixmap(
      theme().icon("drop", theme().colors().muted).pixmap(qRound(theme().px(40)), qRound(theme().px(40))));
  place_overlays();
}

void CanvasPanel::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  place_overlays();
}

void CanvasPanel::place_overlays() {
  mini_map_->resize(mini_map_->sizeHint());
  overview_timer_.start();
  empty_->adjustSize();
  empty_button_->adjustSize();
  const int total = empty_->height() + 8 + empty_button_->height();
  empty_->move((width() - empty_->width()) / 2, std::max(0, (height() - total) / 2));
  empty_button_->move((width() - empty_button_->width()) / 2, empty_->geometry().bottom() + 8);
}

// A corner of the panel where no node is seen.
std::optional<QPoint> CanvasPanel::free_corner(const QSize& size) const {
  const QRect room = rect().adjusted(corner_margin, corner_margin, -corner_margin, -corner_margin);
  const int right = room.right() - size.width() + 1, bottom = room.bottom() - size.height() + 1;
  for (const QPoint& corner : {QPoint(right, bottom), QPoint(room.left(), bottom), QPoint(right, room.top()), room.topLeft()}) {
    const QRect place(corner, size);
    const bool covers = std::any_of(scene_->nodes().begin(), scene_->nodes().end(),
                                    [&](const auto& node) { return on_panel(node.second->scene_card()).intersects(place); });
    if (!covers) return corner;
  }
  return {};
}

// Where everything is seen anyway, the overview would only be in the way.
void CanvasPanel::update_mini_map() {
  const bool fits = width() >= least_for_map.width() && height() >= least_for_map.height();
  const bool hidden = !view_->visible_rect().contains(scene_->steps_rect());
  const bool wanted = fits && hidden && actions_->mini_map->isChecked() && !scene_->is_empty();
  if (wanted && mini_map_->isVisible() && mini_map_->underMouse()) return;  // it does not flee from who uses it
  std::optional<QPoint> place;
  if (wanted) place = free_corner(mini_map_->size());
  if (place) mini_map_->move(*place);
  mini_map_->setVisible(place.has_value());
}

void CanvasPanel::update_empty_state() {
  const bool empty = scene_->is_empty();
  empty_->setVisible(empty);
  empty_button_->setVisible(empty);
  bar_->setEnabled(!empty);
  place_overlays();
}

void CanvasPanel::update_zoom() {
  zoom_button_->setText(tr("%1 %").arg(QLocale().toString(qRound(view_->zoom() * 100))));
  place_overlays();
}

QString CanvasPanel::accessible_summary() const { return canvas_summary(*scene_, bench_.document); }

void CanvasPanel::update_summary() {
  setAccessibleDescription(accessible_summary());
  // What a screen reader says when the keyboard goes from node to node.
  const NodeItem* current = scene_->node(bench_.selection.current().toStdString());
  view_->setAccessibleDescription(current ? node_words(current->face(), current->result()) : accessibleDescription());
}

// ---- actions ---------------------------------------------------------------------------------------------

void CanvasPanel::connect_actions() {
  const auto on = [this](QAction* action, auto call) { connect(action, &QAction::triggered, this, call); };
  const CanvasActions& a = *actions_;
  on(a.add_step, [this] { quick_add_here(); });
  on(a.add_note, [this] { write_note(); });
  on(a.link, [this] { link_from_current(); });
  on(a.inspect, [this] {
    if (!bench_.selection.current().isEmpty()) Q_EMIT inspect_requested(bench_.selection.current());
  });
  on(a.tensors, [this] { Q_EMIT tensors_requested(bench_.selection.current()); });
  on(a.run_to_here, [this] { Q_EMIT run_requested(bench_.selection.nodes()); });
  on(a.rename, [this] { rename_chosen(); });
  on(a.zoom_in, [this] { view_->zoom_in(); });
  on(a.zoom_out, [this] { view_->zoom_out(); });
  on(a.zoom_reset, [this] { view_->set_zoom(1); });
  on(a.fit, [this] { view_->fit(); });
  on(a.mini_map, [this] { update_mini_map(); });
}

void CanvasPanel::connect_editing() {
  const auto on = [this](QAction* action, auto call) { connect(action, &QAction::triggered, this, call); };
  const CanvasActions& a = *actions_;
  on(a.copy, [this] { editor_->copy(); });
  on(a.cut, [this] { editor_->cut(); });
  on(a.paste, [this] { editor_->paste(menu_place_, view_->visible_rect()); });
  on(a.remove, [this] { editor_->remove(); });
  on(a.select_all, [this] { scene_->select_everything(); });
  on(a.branch, [this] { editor_->branch(); });
  on(a.bypass, [this] { editor_->toggle_bypass(); });
  on(a.group, [this] { editor_->group(); });
  on(a.ungroup, [this] { editor_->ungroup(); });
  on(a.align_left, [this] { editor_->align(Alignment::left); });
  on(a.align_top, [this] { editor_->align(Alignment::top); });
  on(a.align_row, [this] { editor_->align(Alignment::centers_in_row); });
  on(a.align_column, [this] { editor_->align(Alignment::centers_in_column); });
  on(a.distribute_across, [this] { editor_->distribute(Qt::Horizontal); });
  on(a.distribute_down, [this] { editor_->distribute(Qt::Vertical); });
  on(a.auto_layout, [this] {
    editor_->auto_layout();
    view_->fit();
  });
}

void CanvasPanel::connect_view() {
  connect(view_, &CanvasView::quick_add_wanted, this, &CanvasPanel::quick_add);
  connect(view_, &CanvasView::insert_wanted, this, &CanvasPanel::quick_insert);
  connect(view_, &CanvasView::inspect_wanted, this, &CanvasPanel::inspect_requested);
  connect(view_, &CanvasView::note_wanted, this, &CanvasPanel::edit_note);
  connect(view_, &CanvasView::title_wanted, this, &CanvasPanel::rename_group);
  connect(view_, &CanvasView::menu_wanted, this, &CanvasPanel::show_menu);
  connect(view_, &CanvasView::zoom_changed, this, &CanvasPanel::update_zoom);
  connect(view_, &CanvasView::view_moved, &overview_timer_, qOverload<>(&QTimer::start));
  connect(editor_, &CanvasEditor::group_made, this, &CanvasPanel::rename_group);
  connect(pick_list_, &PickList::closed, this, [this] { view_->setFocus(Qt::OtherFocusReason); });
  connect(inline_editor_, &InlineEditor::closed, this, [this] { view_->setFocus(Qt::OtherFocusReason); });
  const auto refresh = [this] {
    update_actions();
    summary_timer_.start();
  };
  connect(scene_, &QGraphicsScene::selectionChanged, this, refresh);
  connect(&bench_.selection, &Selection::changed, this, refresh);
  connect(&bench_.runs, &RunModel::status_changed, &summary_timer_, qOverload<>(&QTimer::start));
  connect(scene_, &CanvasScene::synced, this, [this, refresh] {
    update_empty_state();
    refresh();
  });
  // Chosen in a plot or a table: it is shown here.
  connect(&bench_.selection, &Selection::changed, this, [this] {
    if (!view_->hasFocus() && !bench_.selection.nodes().isEmpty())
      view_->show_node(bench_.selection.current().toStdString());
  });
}

void CanvasPanel::update_actions() {
  const CanvasActions& a = *actions_;
  const qsizetype nodes = bench_.selection.nodes().size();
  const bool others = !scene_->selectedItems().isEmpty();
  const bool any = nodes > 0;
  for (QAction* action : {a.branch, a.group, a.inspect, a.run_to_here, a.link, a.rename})
    action->setEnabled(any);
  a.tensors->setEnabled(any && makes_model(bench_.document, bench_.selection.current().toStdString()));
  a.bypass->setEnabled(any);
  a.bypass->setText(any && editor_->chosen().size() == 1 &&
                            bench_.document.document().find(editor_->chosen().front())->bypass
                        ? tr("Use again")
                        : tr("Bypass"));
  a.ungroup->setEnabled(any && editor_->can_ungroup());
  for (QAction* action : {a.copy, a.cut, a.remove})
    action->setEnabled(any || others);
  for (QAction* action : a.arranging())
    action->setEnabled(nodes > 1);
  for (QAction* action : {a.distribute_across, a.distribute_down})
    action->setEnabled(nodes > 2);
  const bool empty = scene_->is_empty();
  for (QAction* action : {a.auto_layout, a.fit, a.select_all})
    action->setEnabled(!empty);
}

// ---- lists -----------------------------------------------------------------------------------------------

QRect CanvasPanel::on_panel(const QRectF& scene) const {
  const QRect area = view_->mapFromScene(scene).boundingRect();
  return {view_->viewport()->mapTo(this, area.topLeft()), area.size()};
}

void CanvasPanel::add_step(const QString& id, const Json& parameters) {
  const StepDescriptor* step = bench_.catalogue.find(id.toStdString());
  if (!step) return;
  const QPointF middle = view_->visible_rect().center() - QPointF(look::node_width / 2, 28);
  append_step(bench_, *step, parameters, middle);
}

void CanvasPanel::add_model(const QString& path) {
  const QPointF middle = view_->visible_rect().center() - QPointF(look::node_width / 2, 28);
  editor_->add_model(path, middle);
}

// At a place (a double-click, a dropped link): the step goes there.
void CanvasPanel::quick_add(const QPointF& place, const std::optional<OpenEnd>& end) {
  const QString caption = !end          ? tr("Add a step")
                          : end->output ? tr("Add a step behind %1").arg(node_label(bench_.document, end->node))
                                        : tr("Add a step in front of %1").arg(node_label(bench_.document, end->node));
  pick_list_->open(on_panel({place, QSizeF(1, 1)}).topLeft(), caption, tr("Search steps"),
                   step_entries(bench_.catalogue, end, {}), [this, place, end](const QString& id) {
                     const StepRequest request = picked_step(bench_.catalogue, id);
                     editor_->add_step(bench_.catalogue.get(request.step), request.parameters, place, end);
                   });
}

// By key: behind the current node, if there is one.
void CanvasPanel::quick_add_here() {
  if (menu_place_) {
    quick_add(*menu_place_, {});
    return;
  }
  const std::optional<OpenEnd> end = editor_->open_output();
  if (!end) {
    quick_add(view_->place_for_new(), {});
    return;
  }
  view_->show_node(end->node);
  const QRect card = on_panel(scene_->node(end->node)->scene_card());
  pick_list_->open(card.topRight() + QPoint(16, 0),
                   tr("Add a step behind %1").arg(node_label(bench_.document, end->node)), tr("Search steps"),
                   step_entries(bench_.catalogue, {}, {}), [this](const QString& id) {
                     const QPointF place = view_->place_for_new();
                     const StepRequest request = picked_step(bench_.catalogue, id);
                     append_step(bench_, bench_.catalogue.get(request.step), request.parameters, place);
                   });
}

void CanvasPanel::quick_insert(const Link& link, const QPointF& place) {
  const StepDescriptor* from = bench_.document.step_of(link.from_node);
  const Port* port = from ? from->output(link.from_port) : nullptr;
  if (!port) return;
  pick_list_->open(on_panel({place, QSizeF(1, 1)}).topLeft(), tr("Insert a step into this link"), tr("Search steps"),
                   step_entries(bench_.catalogue, {}, port->type), [this, link, place](const QString& id) {
                     const QPointF corner = place - QPointF(look::node_width / 2, look::first_port);
                     const StepRequest request = picked_step(bench_.catalogue, id);
                     editor_->insert_step(bench_.catalogue.get(request.step), request.parameters, corner, link);
                   });
}

void CanvasPanel::link_from_current() {
  const std::string node = bench_.selection.current().toStdString();
  const LinkChoices choices = link_choices(bench_.document, node);
  if (choices.links.empty()) {
    view_->show_hint(tr("There is nothing %1 could be linked to.").arg(node_label(bench_.document, node)));
    return;
  }
  view_->show_node(node);
  const QRect card = on_panel(scene_->node(node)->scene_card());
  pick_list_->open(card.topRight() + QPoint(16, 0), tr("Link %1").arg(node_label(bench_.document, node)),
                   tr("Search steps"), choices.entries, [this, links = choices.links](const QString& id) {
                     editor_->connect_ports(links.at(id.toULong()));
                   });
}

// ---- words -----------------------------------------------------------------------------------------------

void CanvasPanel::edit_note(std::size_t index) {
  for (const NoteItem* item : scene_->notes()) {
    if (item->note().index != index) continue;
    inline_editor_->open(on_panel(item->scene_rect()), item->note().text, false, tr("Text of the note"),
                         [this, index](const QString& text) { editor_->rewrite_note(index, text); });
  }
}

void CanvasPanel::write_note() {
  const QPointF place = menu_place_.value_or(view_->place_for_new());
  inline_editor_->open(on_panel({place, QSizeF(240, 88)}), {}, false, tr("Text of the note"),
                       [this, place](const QString& text) { editor_->write_note(text, place); });
}

void CanvasPanel::rename_group(std::size_t index) {
  for (const GroupItem* item : scene_->groups()) {
    if (item->group().index != index) continue;
    QRectF title = item->title_rect();
    title.setWidth(std::min(title.width(), look::node_width));
    inline_editor_->open(on_panel(title), item->group().title, true, tr("Name of the group"),
                         [this, index](const QString& text) { editor_->rename_group(index, text); });
  }
}

void CanvasPanel::rename_chosen() {
  if (const std::optional<std::size_t> group = editor_->group_of_chosen()) {
    rename_group(*group);
    return;
  }
  const std::string node = bench_.selection.current().toStdString();
  const NodeItem* item = scene_->node(node);
  if (!item) return;
  view_->show_node(node);
  inline_editor_->open(on_panel(item->scene_card()), QString::fromStdString(node), true, tr("Name of the step"),
                       [this, node](const QString& text) { editor_->rename_node(node, text); });
}

// ---- menus -----------------------------------------------------------------------------------------------

void CanvasPanel::show_menu(const QPointF& place, const QPoint& global) {
  menu_place_ = place;
  auto* menu = new QMenu(this);
  menu->setObjectName("canvas_menu");
  const std::vector<Link> links = scene_->selected_links();
  if (!bench_.selection.nodes().isEmpty()) {
    fill_node_menu(*menu);
  } else if (links.size() == 1) {
    menu->addAction(tr("Insert a step…"), this, [this, link = links.front(), place] { quick_insert(link, place); });
    menu->addAction(actions_->remove);
  } else if (!scene_->selected_notes().empty()) {
    menu->addAction(tr("Edit"), this, [this] { edit_note(scene_->selected_notes().front()); });
    menu->addActions({actions_->copy, actions_->cut, actions_->remove});
  } else {
    menu->addActions({actions_->add_step, actions_->add_note, actions_->paste});
    menu->addSeparator();
    menu->addActions({actions_->select_all, actions_->auto_layout, actions_->fit, actions_->mini_map});
  }
  // Behind the action that was chosen, which may want the place.
  connect(menu, &QMenu::aboutToHide, this, [this] { QTimer::singleShot(0, this, [this] { menu_place_.reset(); }); });
  connect(menu, &QMenu::aboutToHide, menu, &QObject::deleteLater);
  menu->popup(global);
}

void CanvasPanel::fill_node_menu(QMenu& menu) {
  const CanvasActions& a = *actions_;
  menu.addActions({a.inspect, a.tensors, a.run_to_here});
  menu.addSeparator();
  menu.addActions({a.branch, a.bypass, a.link, a.rename});
  menu.addSeparator();
  menu.addActions({a.copy, a.cut, a.paste, a.remove});
  menu.addSeparator();
  menu.addActions({a.group, a.ungroup});
  if (bench_.selection.nodes().size() < 2) return;
  QMenu* arrange = menu.addMenu(tr("Arrange"));
  arrange->addActions(a.arranging());
}

}  // namespace kelter::ui
