// SPDX-License-Identifier: GPL-3.0-or-later
// The little of Unicode that tokenizing needs: well-formed sequences, code points and white space. Pure functions.
// Source: RFC 3629; the Unicode property White_Space.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kelter {

struct CodePoint {
  char32_t value = 0;
  std::size_t length = 0;   // bytes; 0: no well-formed sequence starts here
};

// The code point that starts at byte `at` (which must be inside the text). Overlong forms, surrogates and values
// above U+10FFFF are not well-formed.
inline CodePoint code_point_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() - at < length) return {};
  char32_t value = lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return {};
    value = value << 6 | (byte(at + i) & 0x3Fu);
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  if (overlong || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return {};
  return {value, length};
}

// The end of the well-formed text that starts at `at`; `at` itself when the byte there is invalid.
inline std::size_t valid_utf8_end(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const std::size_t length = code_point_at(text, at).length;
    if (length == 0) break;
    at += length;
  }
  return at;
}

inline bool is_utf8(std::string_view text) { return valid_utf8_end(text, 0) == text.size(); }

// Characters as Python's len() counts them; an invalid byte counts as one.
inline std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) {
    const std::size_t length = code_point_at(text, at).length;
    at += length == 0 ? 1 : length;
  }
  return count;
}

inline void append_utf8(std::string& text, char32_t value) {
  const auto put = [&](char32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (value < 0x80) return put(value);
  if (value < 0x800) {
    put(0xC0 | value >> 6);
  } else if (value < 0x10000) {
    put(0xE0 | value >> 12);
    put(0x80 | (value >> 6 & 0x3F));
  } else {
    put(0xF0 | value >> 18);
    put(0x80 | (value >> 12 & 0x3F));
    put(0x80 | (value >> 6 & 0x3F));
  }
  put(0x80 | (value & 0x3F));
}

// White space as Python's str.isspace() and str.strip() see it: White_Space and the separators U+001C to U+001F.
inline bool is_white_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

// Bytes of the white space a text starts with.
inline std::size_t leading_white_space(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const CodePoint c = code_point_at(text, at);
    if (c.length == 0 || !is_white_space(c.value)) break;
    at += c.length;
  }
  return at;
}

// Bytes of the white space a text ends with.
inline std::size_t trailing_white_space(std::string_view text) {
  std::size_t end = text.size();
  while (end > 0) {
    std::size_t start = end - 1;
    while (start > 0 && end - start < 4 && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) --start;
    const CodePoint c = code_point_at(text, start);
    if (c.length != end - start || !is_white_space(c.value)) break;
    end = start;
  }
  return text.size() - end;
}

}  // namespace kelter
