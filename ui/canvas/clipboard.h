// SPDX-License-Identifier: GPL-3.0-or-later
// Steps on the clipboard: a document as JSON, for other windows of Kelter and as plain text for everything else.
// Window thread.
#pragma once

#include <optional>

#include "core/describe/document.h"

class QMimeData;

namespace kelter::ui {

inline constexpr const char* clipboard_format = "application/x-kelter";

void put_on_clipboard(const Document& excerpt);
// What was put there, or pasted text that is a document; nothing otherwise.
std::optional<Document> take_from_clipboard();

}  // namespace kelter::ui
