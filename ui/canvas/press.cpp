// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/press.h"

namespace kelter::ui {

PressReader::PressReader(Workbench& bench, CanvasScene& scene, CanvasEditor& editor, LinkGesture::Answers answers)
    : bench_(bench), scene_(scene), editor_(editor), answers_(std::move(answers)) {}

Press PressReader::read(const QPointF& place, Qt::KeyboardModifiers modifiers) const {
  if (const PortItem* port = scene_.port_at(place)) {
    const OpenEnd end = LinkGesture::start_at(*port, scene_);
    return {{}, [this, end] { return link_gesture(end); }, {}};
  }
  if (NodeItem* node = scene_.node_at(place)) return on_item(*node, place, modifiers);
  if (NoteItem* note = scene_.note_at(place)) return on_note(*note, place, modifiers);
  if (LinkItem* link = scene_.link_at(place)) return on_link(*link, place, modifiers);
  if (const GroupItem* group = scene_.group_title_at(place)) return on_group(*group, place);
  return on_space(place, modifiers);
}

std::unique_ptr<Gesture> PressReader::link_gesture(const OpenEnd& end) const {
  return std::make_unique<LinkGesture>(bench_, scene_, editor_, end, answers_);
}

// Nodes and notes: Ctrl adds and takes away; a press on what is selected may become a move of all of it.
Press PressReader::on_item(QGraphicsItem& item, const QPointF& place, Qt::KeyboardModifiers modifiers) const {
  Press press;
  if (modifiers & Qt::ControlModifier) {
    item.setSelected(!item.isSelected());
  } else if (!item.isSelected()) {
    scene_.select_only(&item);
  } else {
    QGraphicsItem* pressed = &item;
    // Looked for again: it may be gone when the button is released.
    press.click = [this, pressed, place] {
      if (scene_.items(place).contains(pressed)) scene_.select_only(pressed);
    };
  }
  const bool copies = modifiers & Qt::AltModifier && qgraphicsitem_cast<NodeItem*>(&item);
  press.gesture = [this, place, corner = item.pos(), copies] {
    return std::make_unique<MoveGesture>(scene_, editor_, place, corner, copies);
  };
  return press;
}

Press PressReader::on_note(NoteItem& note, const QPointF& place, Qt::KeyboardModifiers modifiers) const {
  Press press = on_item(note, place, modifiers);
  if (!note.on_corner(place)) return press;
  press.gesture = [this, index = note.note().index, place] {
    return std::make_unique<ResizeNoteGesture>(scene_, editor_, index, place);
  };
  return press;
}

Press PressReader::on_link(LinkItem& link, const QPointF& place, Qt::KeyboardModifiers modifiers) const {
  if (modifiers & Qt::ControlModifier) {
    link.setSelected(!link.isSelected());
  } else {
    scene_.select_only(&link);
  }
  Press press;
  if (const std::optional<OpenEnd> end = LinkGesture::end_near(link, place)) {
    press.gesture = [this, end = *end] { return link_gesture(end); };
  }
  return press;
}

// A group is its nodes: its title selects and moves them.
Press PressReader::on_group(const GroupItem& group, const QPointF& place) const {
  QStringList ids;
  for (const std::string& id : group.group().nodes)
    ids.append(QString::fromStdString(id));
  const QPointF corner = scene_.node(group.group().nodes.front())->pos();
  scene_.select_only(nullptr);
  bench_.selection.set(ids);
  return {
      {}, [this, place, corner] { return std::make_unique<MoveGesture>(scene_, editor_, place, corner, false); }, {}};
}

Press PressReader::on_space(const QPointF& place, Qt::KeyboardModifiers modifiers) const {
  const bool adds = modifiers & (Qt::ControlModifier | Qt::ShiftModifier);
  Press press;
  press.gesture = [this, place, adds] { return std::make_unique<BandGesture>(scene_, place, adds); };
  if (!adds) press.click = [this] { scene_.select_only(nullptr); };
  return press;
}

}  // namespace kelter::ui
