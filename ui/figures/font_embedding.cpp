// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/font_embedding.h"

#include <QRawFont>
#include <QtEndian>
#include <array>
#include <utility>
#include <vector>

namespace kelter::ui {
namespace {

using Table = std::pair<QByteArray, QByteArray>;  // tag and content

// What it takes to draw and space glyphs; sorted, as the format wants them.
constexpr std::array tags = {"CFF ", "GDEF", "GPOS", "GSUB", "OS/2", "cmap", "cvt ", "fpgm", "glyf", "head",
                             "hhea", "hmtx", "kern", "loca", "maxp", "name", "post", "prep"};

template <typename Integer>
void append(QByteArray& bytes, Integer value) {
  const Integer big = qToBigEndian(value);
  bytes.append(reinterpret_cast<const char*>(&big), sizeof big);
}

quint32 checksum(const QByteArray& padded) {
  quint32 sum = 0;
  for (qsizetype i = 0; i + 4 <= padded.size(); i += 4)
    sum += qFromBigEndian<quint32>(padded.constData() + i);
  return sum;
}

// Bit 1 of OS/2.fsType: the licence of the font does not allow it in files.
bool is_restricted(const QByteArray& os2) {
  constexpr qsizetype place = 8;
  return os2.size() >= place + 2 && (qFromBigEndian<quint16>(os2.constData() + place) & 0x000f) == 0x0002;
}

// The OpenType file with these tables: header, directory, tables on borders of four bytes.
QByteArray font_file(const std::vector<Table>& tables, bool postscript) {
  const auto count = static_cast<quint16>(tables.size());
  quint16 selector = 0;
  while ((2 << selector) <= count)
    ++selector;
  const auto range = static_cast<quint16>(16 << selector);
  QByteArray file;
  append<quint32>(file, postscript ? 0x4f54544f : 0x00010000);  // "OTTO" or TrueType
  append<quint16>(file, count);
  append<quint16>(file, range);
  append<quint16>(file, selector);
  append<quint16>(file, static_cast<quint16>(16 * count - range));
  auto offset = static_cast<quint32>(12 + 16 * count);
  QByteArray body;
  for (const auto& [tag, content] : tables) {
    QByteArray padded = content;
    padded.append((4 - content.size() % 4) % 4, '\0');
    file.append(tag);
    append<quint32>(file, checksum(padded));
    append<quint32>(file, offset);
    append<quint32>(file, static_cast<quint32>(content.size()));
    offset += static_cast<quint32>(padded.size());
    body.append(padded);
  }
  return file + body;
}

}  // namespace

QByteArray font_face_rule(const QFont& font) {
  const QRawFont raw = QRawFont::fromFont(font);
  if (!raw.isValid() || is_restricted(raw.fontTable("OS/2"))) return {};
  std::vector<Table> tables;
  for (const char* tag : tags) {
    QByteArray content = raw.fontTable(tag);
    if (!content.isEmpty()) tables.emplace_back(tag, std::move(content));
  }
  const bool postscript = !raw.fontTable("CFF ").isEmpty();
  const bool drawable = postscript || !raw.fontTable("glyf").isEmpty();
  if (!drawable || raw.fontTable("cmap").isEmpty()) return {};
  QByteArray rule = "@font-face{font-family:'" + font.family().toUtf8().replace('\'', "\\'") + "';font-weight:";
  rule += QByteArray::number(static_cast<int>(font.weight())) + ";src:url(data:font/" + (postscript ? "otf" : "ttf");
  return rule + ";base64," + font_file(tables, postscript).toBase64() + ")}";
}

}  // namespace kelter::ui
