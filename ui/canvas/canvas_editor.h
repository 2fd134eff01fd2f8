// SPDX-License-Identifier: GPL-3.0-or-later
// What a person does on the canvas, as edits of the document: each call is one undo step. Works on the window's
// selection and on the notes and links chosen in the scene. Window thread.
#pragma once

#include <optional>
#include <QObject>

#include "ui/canvas/arrange.h"
#include "ui/canvas/attach.h"
#include "ui/canvas/canvas_scene.h"

namespace kelter::ui {

// An end of a link that waits for its other end.
struct OpenEnd {
  std::string node, port;
  bool output = true;  // the link starts here
  PortType type = PortType::model;
  std::optional<Link> replaces;  // the link whose other end is in the hand
};

// Where a step goes that is put on a node or a port: linked to it, in the column beside it.
struct Attached {
  Link link;
  bool behind = true;  // the node feeds it
  QPointF corner;
};

class CanvasEditor : public QObject {
  Q_OBJECT
 public:
  CanvasEditor(Workbench& bench, CanvasScene& scene, QObject* parent = nullptr);

  // ---- what the verbs below are about ----
  std::vector<std::string> chosen() const;  // nodes
  bool can_bypass_chosen() const;
  bool can_ungroup() const;
  std::optional<std::size_t> group_of_chosen() const;  // the group these nodes are

  // ---- steps ----
  // Ports of a step a link from `end` could go to.
  static const Port* fitting_port(const StepDescriptor& step, const OpenEnd& end);
  static bool fits_between(const StepDescriptor& step, PortType type);
  // Its corner at `place`; with an open end its port, linked to it. A new node never lies on another one: it goes
  // further down then. It is selected; its id is returned.
  std::string add_step(const StepDescriptor& step, const Json& parameters, const QPointF& place,
                       const std::optional<OpenEnd>& end = {});
  // Into a link: what it carried then goes through the step.
  std::string insert_step(const StepDescriptor& step, const Json& parameters, const QPointF& place, const Link& into);
  // Nothing if no port fits there.
  std::optional<Attached> attached(const StepDescriptor& step, const AttachPoint& point) const;
  std::string attach_step(const StepDescriptor& step, const Json& parameters, const Attached& where);
  // These parameters; the others of the node stay.
  void apply_parameters(const std::string& node, const Json& parameters);
  std::vector<QRectF> cards() const;  // of all nodes
  // A source for a model file or folder.
  std::string add_model(const QString& path, const QPointF& place);
  // The output of the current node a next step would be linked to.
  std::optional<OpenEnd> open_output() const;

  // ---- links ----
  void connect_ports(const Link& link);
  void reroute(const Link& old, const Link& link);

  // ---- the selection ----
  void remove();
  void branch();                                                             // below
  void branch_by(const std::vector<std::string>& nodes, const QPointF& by);  // where it was dragged
  void toggle_bypass();
  void group();
  void ungroup();
  void copy();
  void cut();
  // The corner of what is pasted at `place`; without one near where it was copied from, if that is in `visible`.
  void paste(const std::optional<QPointF>& place, const QRectF& visible);
  void move(const std::vector<std::string>& nodes, const std::vector<std::size_t>& notes, const QPointF& by);
  void nudge(const QPointF& by);  // steps in a row are one until the document's end_gesture()
  void align(Alignment alignment);
  void distribute(Qt::Orientation orientation);
  void auto_layout();

  // ---- words ----
  void rename_node(const std::string& node, const QString& id);
  void rename_group(std::size_t index, const QString& title);
  void write_note(const QString& text, const QPointF& place);
  void rewrite_note(std::size_t index, const QString& text);
  void resize_note(std::size_t index, const QSizeF& size);

 Q_SIGNALS:
  void refused(const QString& why);    // nothing was done
  void group_made(std::size_t index);  // waits for a name

 private:
  const Document& document() const { return bench_.document.document(); }
  void commit(const Edit& edit, const QString& text);
  void select(const std::vector<std::string>& nodes);
  QString name_of(const std::vector<std::string>& nodes) const;
  std::vector<Box> boxes(const std::vector<std::string>& nodes) const;
  Node node_of(const StepDescriptor& step, const Json& parameters, const QPointF& place) const;
  Document clipping() const;

  Workbench& bench_;
  CanvasScene& scene_;
  int pasted_ = 0;  // times since the last copy
};

}  // namespace kelter::ui
