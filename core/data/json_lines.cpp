// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/json_lines.h"

#include <algorithm>

#include "core/base/error.h"

namespace kelter {

void for_each_json_line(const fs::path& file, const std::function<void(const Json&, const std::string&)>& use) {
  const std::string text = read_text_file(file);
  std::size_t number = 1;
  for (std::size_t begin = 0; begin < text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line(text.data() + begin, end - begin);
    begin = end + 1;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const std::string where = file.string() + ", line " + std::to_string(number);
    const Json object = parse_json(line, where);
    if (!object.is_object()) throw Error(ErrorCode::file_malformed, "The line is not a JSON object", where);
    use(object, where);
  }
}

std::string text_member(const Json& object, const std::string& key, const std::string& where) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) {
    throw Error(ErrorCode::invalid_data, "The text \"" + key + "\" is missing", where,
                found == object.end() ? "the object has no such key" : "its value is not a text");
  }
  return found->get<std::string>();
}

}  // namespace kelter
