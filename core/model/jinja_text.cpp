// SPDX-License-Identifier: GPL-3.0-or-later
// Methods of text as Python's str has them, over code points.
#include <utf8proc.h>

#include <algorithm>
#include <map>

#include "core/model/jinja_render.h"
#include "core/model/utf8.h"

namespace kelter::jinja {
namespace {

char32_t first_of(const std::string& character) { return code_point_at(character, 0).value; }
bool is_blank(const std::string& character) { return is_white_space(first_of(character)) && code_point_at(character, 0).length > 0; }

// The full case folding of one character, which is longer than itself where its capital form is ("ß").
std::vector<char32_t> folded(char32_t c) {
  std::array<utf8proc_int32_t, 8> out {};
  int boundary = 0;
  const auto size = utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), out.data(), static_cast<utf8proc_ssize_t>(out.size()), UTF8PROC_CASEFOLD, &boundary);
  return {out.begin(), out.begin() + std::clamp<utf8proc_ssize_t>(size, 0, 8)};
}

char32_t simple_upper(char32_t c) { return static_cast<char32_t>(utf8proc_toupper(static_cast<utf8proc_int32_t>(c))); }
char32_t simple_lower(char32_t c) { return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c))); }

void append_upper(std::string& out, char32_t c) {
  const std::vector<char32_t> parts = folded(c);
  const bool capital = utf8proc_category(static_cast<utf8proc_int32_t>(c)) == UTF8PROC_CATEGORY_LU;
  if (capital || parts.size() < 2) return append_utf8(out, simple_upper(c));
  for (const char32_t part : parts) append_utf8(out, simple_upper(part));
}

bool is_cased(char32_t c) { return simple_upper(c) != c || simple_lower(c) != c; }
bool is_case_ignorable(char32_t c) {
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  const bool mark = category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME || category == UTF8PROC_CATEGORY_CF ||
                    category == UTF8PROC_CATEGORY_LM || category == UTF8PROC_CATEGORY_SK;
  return mark || std::u32string_view(U"'.:\u00b7\u2018\u2019\u2024\u2027").find(c) != std::u32string_view::npos;
}

// Whether the nearest character that counts is a letter with case.
template <typename Iterator>
bool letter_follows(Iterator at, Iterator end) {
  const auto found = std::find_if_not(at, end, [](const std::string& c) { return is_case_ignorable(first_of(c)); });
  return found != end && is_cased(first_of(*found));
}

const std::string& text_argument(const Arguments& arguments, std::size_t index, const char* name) {
  const std::string* text = arguments.take(index, name).as_text();
  if (!text) fail(std::string("the argument \"") + name + "\" is no text");
  return *text;
}

std::int64_t count_argument(const Arguments& arguments, std::size_t index, const char* name) {
  const Value* count = arguments.find(index, name);
  if (!count) return -1;
  if (!count->is_integer()) fail(std::string("the argument \"") + name + "\" is no whole number");
  return count->as_integer();
}

Value strip(const std::string& text, const Arguments& arguments, bool left, bool right) {
  const Value* given = arguments.find(0, "chars");
  std::vector<std::string> set;
  const bool blanks = !given || given->is<None>();
  if (!blanks) set = characters(text_argument(arguments, 0, "chars"));
  const auto drops = [&](const std::string& c) { return blanks ? is_blank(c) : std::find(set.begin(), set.end(), c) != set.end(); };
  const std::vector<std::string> all = characters(text);
  arguments.budget.step(all.size() / 64 * (1 + set.size()));
  auto begin = all.begin();
  auto end = all.end();
  while (left && begin != end && drops(*begin)) ++begin;
  while (right && end != begin && drops(*(end - 1))) --end;
  std::string out;
  for (; begin != end; ++begin) out += *begin;
  return arguments.budget.keep(out);
}

Value split_at_blanks(const std::string& text, std::int64_t most, Budget& budget) {
  Values parts;
  const std::string_view all = text;
  std::size_t at = leading_white_space(all);
  while (at < all.size()) {
    budget.step();
    std::size_t end = at;
    if (most >= 0 && static_cast<std::int64_t>(parts.size()) == most) end = all.size() - trailing_white_space(all);
    while (end < all.size() && leading_white_space(all.substr(end)) == 0 && (most < 0 || static_cast<std::int64_t>(parts.size()) < most))
      end += std::max<std::size_t>(code_point_at(all, end).length, 1);
    parts.push_back(budget.keep(text.substr(at, end - at)));
    at = end + leading_white_space(all.substr(end));
  }
  return make_sequence(SequenceKind::list, std::move(parts));
}

Value split(const std::string& text, const Arguments& arguments) {
  const Value* given = arguments.find(0, "sep");
  const std::int64_t most = count_argument(arguments, 1, "maxsplit");
  if (!given || given->is<None>()) return split_at_blanks(text, most, arguments.budget);
  const std::string& separator = text_argument(arguments, 0, "sep");
  if (separator.empty()) fail("it splits a text at nothing");
  Values parts;
  std::size_t begin = 0;
  for (std::size_t at = 0; (most < 0 || static_cast<std::int64_t>(parts.size()) < most) && (at = text.find(separator, begin)) != std::string::npos;) {
    arguments.budget.step();
    parts.push_back(arguments.budget.keep(text.substr(begin, at - begin)));
    begin = at + separator.size();
  }
  parts.push_back(arguments.budget.keep(text.substr(begin)));
  return make_sequence(SequenceKind::list, std::move(parts));
}

Value replace(const std::string& text, const Arguments& arguments) {
  const std::string &old = text_argument(arguments, 0, "old"), &fresh = text_argument(arguments, 1, "new");
  std::int64_t left = count_argument(arguments, 2, "count");
  std::string out;
  std::size_t at = 0;
  const auto put = [&](const std::string& piece) {
    arguments.budget.text(piece.size());
    out += piece;
  };
  // Nothing is found before, between and behind all characters.
  while (left != 0) {
    arguments.budget.step();
    const std::size_t found = text.find(old, at);
    if (found == std::string::npos) break;
    put(text.substr(at, found - at));
    put(fresh);
    --left;
    at = found + old.size();
    if (!old.empty()) continue;
    if (at == text.size()) return Value::text(out);
    const std::size_t size = std::max<std::size_t>(code_point_at(text, at).length, 1);
    put(text.substr(at, size));
    at += size;
  }
  put(text.substr(std::min(at, text.size())));
  return Value::text(out);
}

bool has_affix(const std::string& text, const Arguments& arguments, bool front) {
  const Value& given = arguments.take(0, "prefix");
  if (arguments.positional.size() > 1) unsupported("startswith and endswith with a range");
  Values affixes = {given};
  if (const Sequence* several = given.as_sequence(); several && several->kind == SequenceKind::tuple) affixes = several->items;
  return std::any_of(affixes.begin(), affixes.end(), [&](const Value& affix) {
    if (!affix.as_text()) fail("startswith and endswith compare with text");
    return front ? text.starts_with(*affix.as_text()) : text.ends_with(*affix.as_text());
  });
}

Value join(const std::string& separator, const Arguments& arguments) {
  std::string out;
  bool first = true;
  for (const Value& item : items_of(arguments.take(0, "iterable"), arguments.budget)) {
    if (!item.as_text()) fail("join() is given a value of the type " + type_name(item));
    arguments.budget.text(item.as_text()->size() + separator.size());
    out += (first ? "" : separator) + *item.as_text();
    first = false;
  }
  return Value::text(out);
}

std::string title_case(const std::string& text) {
  std::string out;
  bool inside = false;
  for (const std::string& character : characters(text)) {
    const char32_t c = first_of(character);
    if (folded(c).size() > 1) unsupported("title() of a letter that becomes two");
    append_utf8(out, inside ? simple_lower(c) : static_cast<char32_t>(utf8proc_totitle(static_cast<utf8proc_int32_t>(c))));
    inside = is_cased(c);
  }
  return out;
}

std::string capitalized(const std::string& text) {
  const std::vector<std::string> all = characters(text);
  return all.empty() ? "" : title_case(all[0]) + lower_case(text.substr(all[0].size()));
}

Value place(const std::string& text, const Arguments& arguments) {
  const std::size_t found = text.find(text_argument(arguments, 0, "sub"));
  return Value::integer(found == std::string::npos ? -1 : static_cast<std::int64_t>(count_code_points(text.substr(0, found))));
}

Value count(const std::string& text, const Arguments& arguments) {
  const std::string& part = text_argument(arguments, 0, "sub");
  if (part.empty()) return Value::integer(static_cast<std::int64_t>(count_code_points(text)) + 1);
  std::int64_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++found;
  return Value::integer(found);
}

}  // namespace

std::vector<std::string> characters(const std::string& text) {
  std::vector<std::string> all;
  for (std::size_t at = 0; at < text.size(); at += all.back().size())
    all.push_back(text.substr(at, std::max<std::size_t>(code_point_at(text, at).length, 1)));
  return all;
}

std::string upper_case(const std::string& text) {
  std::string out;
  for (const std::string& character : characters(text)) {
    if (code_point_at(character, 0).length == 0) out += character;
    else append_upper(out, first_of(character));
  }
  return out;
}

std::string lower_case(const std::string& text) {
  const std::vector<std::string> all = characters(text);
  std::string out;
  for (auto at = all.begin(); at != all.end(); ++at) {
    const char32_t c = first_of(*at);
    const bool final_sigma = c == 0x3A3 && letter_follows(std::make_reverse_iterator(at), all.rend()) && !letter_follows(at + 1, all.end());
    if (code_point_at(*at, 0).length == 0) out += *at;
    else if (c == 0x130) out += "i\u0307";
    else append_utf8(out, final_sigma ? char32_t{0x3C2} : simple_lower(c));
  }
  return out;
}

Value call_text_method(const std::string& name, const std::string& self, const Arguments& arguments) {
  Budget& budget = arguments.budget;
  using Method = Value (*)(const std::string&, const Arguments&);
  static const std::map<std::string, Method> methods = {
      {"strip", [](const std::string& s, const Arguments& a) { return strip(s, a, true, true); }},
      {"lstrip", [](const std::string& s, const Arguments& a) { return strip(s, a, true, false); }},
      {"rstrip", [](const std::string& s, const Arguments& a) { return strip(s, a, false, true); }},
      {"startswith", [](const std::string& s, const Arguments& a) { return Value::boolean(has_affix(s, a, true)); }},
      {"endswith", [](const std::string& s, const Arguments& a) { return Value::boolean(has_affix(s, a, false)); }},
      {"upper", [](const std::string& s, const Arguments& a) { return a.budget.keep(upper_case(s)); }},
      {"lower", [](const std::string& s, const Arguments& a) { return a.budget.keep(lower_case(s)); }},
      {"title", [](const std::string& s, const Arguments& a) { return a.budget.keep(title_case(s)); }},
      {"capitalize", [](const std::string& s, const Arguments& a) { return a.budget.keep(capitalized(s)); }},
      {"split", split}, {"replace", replace}, {"join", join}, {"find", place}, {"count", count}};
  const auto method = methods.find(name);
  if (method == methods.end()) unsupported("the method \"" + name + "\" of text");
  budget.step(self.size() / 64);
  return method->second(self, arguments);
}

}  // namespace kelter::jinja
