// SPDX-License-Identifier: GPL-3.0-or-later
// Draws a link from a port, or moves an end of a link: ports that would take it light up, the others fade, and the
// reason of a refusal stands at the mouse. Dropped into space it asks for a step. Window thread.
#pragma once

#include <functional>

#include "ui/canvas/gesture.h"

namespace kelter::ui {

class LinkGesture : public Gesture {
 public:
  struct Answers {
    std::function<void(const QString& why)> hint;  // empty: take it away
    std::function<void(const OpenEnd& end, const QPointF& place)> into_space;
  };

  LinkGesture(Workbench& bench, CanvasScene& scene, CanvasEditor& editor, OpenEnd end, Answers answers);
  void move(const QPointF& place, Qt::KeyboardModifiers modifiers) override;
  void finish(const QPointF& place) override;
  void cancel() override;

  // The port a link starts from when this one is pressed: itself, or the other end of the link that sits in it (an
  // input that takes one link gives it away; one that takes many gives the selected one).
  static OpenEnd start_at(const PortItem& port, const CanvasScene& scene);
  // The far end of a link when the mouse takes it near `place`; nothing in its middle.
  static std::optional<OpenEnd> end_near(const LinkItem& link, const QPointF& place);

 private:
  struct Target {
    PortItem* port = nullptr;  // takes the link
    QString refusal;           // why what lies here does not
    bool in_space = true;
  };

  Link link_to(const PortItem& port) const;
  Target target_at(const QPointF& place) const;
  void offer_ports();

  Workbench& bench_;
  CanvasScene& scene_;
  CanvasEditor& editor_;
  OpenEnd end_;
  Answers answers_;
  LinkCheck check_;
  PortItem* chosen_ = nullptr;  // under the mouse; the gesture is cancelled before items go
};

}  // namespace kelter::ui
