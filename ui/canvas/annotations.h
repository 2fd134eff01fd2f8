// SPDX-License-Identifier: GPL-3.0-or-later
// Groups and notes of a document, read from their JSON, and the edits of them. Entries that cannot be read are left
// as they are and not shown. Pure; any thread.
#pragma once

#include <QRectF>
#include <QString>
#include <string>
#include <vector>

#include "core/describe/edit.h"

namespace kelter::ui {

struct Group {
  std::size_t index = 0;  // in Document::groups
  QString title;
  std::vector<std::string> nodes;
  bool operator==(const Group&) const = default;
};

struct Note {
  std::size_t index = 0;  // in Document::notes
  QString text;
  QPointF place;
  double width = 240, height = 0;  // 0: as high as its text
  bool operator==(const Note&) const = default;
};

std::vector<Group> read_groups(const Document& document);
std::vector<Note> read_notes(const Document& document);

Edit make_group(const Document& document, const std::vector<std::string>& nodes, const QString& title);
Edit rename_group(const Document& document, std::size_t index, const QString& title);
Edit dissolve_groups(const Document& document, const std::vector<std::size_t>& indices);

Edit add_note(const Document& document, const QString& text, const QPointF& place);
Edit set_note_text(const Document& document, std::size_t index, const QString& text);
Edit move_notes(const Document& document, const std::vector<std::size_t>& indices, const QPointF& by);
Edit resize_note(const Document& document, std::size_t index, const QSizeF& size);
Edit remove_notes(const Document& document, const std::vector<std::size_t>& indices);

}  // namespace kelter::ui
