// SPDX-License-Identifier: GPL-3.0-or-later
// A font as a rule for the style of an SVG file, so that the file looks the same where the font is not installed.
// Window thread.
#pragma once

#include <QByteArray>
#include <QFont>

namespace kelter::ui {

// "@font-face{font-family:…;font-weight:…;src:url(data:font/…)}"; empty where the font forbids it or cannot be read.
QByteArray font_face_rule(const QFont& font);

}  // namespace kelter::ui
