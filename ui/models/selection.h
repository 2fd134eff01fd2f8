// SPDX-License-Identifier: GPL-3.0-or-later
// The one selection of a window: canvas, inspector, plots, table and layers show and set it. Window thread.
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>

namespace kelter::ui {

class Selection : public QObject {
  Q_OBJECT
 public:
  using QObject::QObject;

  // Document nodes, in the order they were chosen; the last one is current.
  const QStringList& nodes() const { return nodes_; }
  QString current() const { return nodes_.isEmpty() ? QString() : nodes_.last(); }
  bool contains(const QString& node) const { return nodes_.contains(node); }
  // The copy of a sweep that is meant ("rtn@bits=3"), else empty.
  QString variant() const { return variant_; }

  // Does nothing if it is so already, so that views may answer each other's signals.
  void set(const QStringList& nodes, const QString& variant = {}) {
    if (nodes == nodes_ && variant == variant_) return;
    nodes_ = nodes;
    variant_ = variant;
    Q_EMIT changed();
  }
  void clear() { set({}); }

 Q_SIGNALS:
  void changed();

 private:
  QStringList nodes_;
  QString variant_;
};

}  // namespace kelter::ui
