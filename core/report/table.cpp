// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/table.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <utility>

#include "core/base/units.h"

namespace kelter {
namespace {

struct CodeRange {
  char32_t first, last;
};

constexpr std::array<CodeRange, 6> zero_width = {
    {{0x300, 0x36f}, {0x200b, 0x200f}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}}};
constexpr std::array<CodeRange, 9> double_width = {{{0x1100, 0x115f},
                                                    {0x2e80, 0x303e},
                                                    {0x3041, 0xa4cf},
                                                    {0xac00, 0xd7a3},
                                                    {0xf900, 0xfaff},
                                                    {0xfe30, 0xfe6f},
                                                    {0xff00, 0xff60},
                                                    {0x1f300, 0x1faff},
                                                    {0x20000, 0x3fffd}}};

template <std::size_t N>
bool is_in(const std::array<CodeRange, N>& ranges, char32_t code) {
  return std::any_of(ranges.begin(), ranges.end(), [&](CodeRange r) { return code >= r.first && code <= r.last; });
}

// The next character of valid UTF-8; a byte that begins none counts as a character of its own.
char32_t next_code(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  std::size_t length = lead >= 0xf8 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
  const std::string_view rest = text.substr(1, length - 1);
  if (rest.size() + 1 < length || !std::all_of(rest.begin(), rest.end(), continues)) length = 1;
  char32_t code = length == 1 ? lead : static_cast<char32_t>(lead & (0x7f >> length));
  for (std::size_t i = 1; i < length; ++i)
    code = (code << 6) | (static_cast<unsigned char>(text[i]) & 0x3f);
  text.remove_prefix(length);
  return code;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool has_errors(const Table& table, std::size_t column) {
  return std::any_of(table.rows.begin(), table.rows.end(),
                     [&](const auto& row) { return row[column].error.has_value(); });
}

std::string padded(const std::string& text, std::size_t width, Alignment alignment) {
  const std::string space(width - std::min(width, display_width(text)), ' ');
  return alignment == Alignment::right ? space + text : text + space;
}

// One line of a terminal table.
template <typename TextOf>
std::string text_line(const Table& table, const std::vector<std::size_t>& widths, const TextOf& text_of) {
  std::string line;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    line += (i ? "  " : "") + padded(text_of(i), widths[i], table.columns[i].alignment);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (char c : text)
    out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

std::string csv_number(const std::optional<double>& number) { return number ? format_number(*number) : ""; }

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (std::size_t i = 0; i < fields.size(); ++i)
    line += (i ? "," : "") + csv_field(fields[i]);
  return line + "\r\n";
}

std::vector<std::string> csv_fields(const Table& table, const std::vector<Cell>& row) {
  std::vector<std::string> fields;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const std::string text = row[i].text == missing_text ? "" : row[i].text;
    fields.push_back(row[i].number ? csv_number(row[i].number) : text);
    if (has_errors(table, i)) fields.push_back(csv_number(row[i].error));
  }
  return fields;
}

// A number as typeset: a real minus sign, and the decimal sign asked for.
std::string latex_number(const std::string& text, bool decimal_comma) {
  const std::string escaped = escape_latex(text);
  std::string out;
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    const bool before_digit = i + 1 < escaped.size() && is_digit(escaped[i + 1]);
    const bool after_digit = i > 0 && is_digit(escaped[i - 1]);
    const bool starts_number = i == 0 || escaped[i - 1] == ' ' || escaped[i - 1] == '(';
    if (escaped[i] == '-' && before_digit && starts_number) {
      out += "$-$";
    } else if (escaped[i] == '.' && before_digit && after_digit && decimal_comma) {
      out += "{,}";
    } else {
      out += escaped[i];
    }
  }
  return out;
}

template <typename TextOf>
std::string latex_line(const Table& table, const TextOf& text_of) {
  std::string line;
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    line += (i ? " & " : "") + text_of(i);
  return line + " \\\\\n";
}

}  // namespace

void Table::add_column(const std::string& column_title, ColumnKind kind, const std::string& unit) {
  columns.push_back({column_title, kind == ColumnKind::number ? Alignment::right : Alignment::left, kind, unit});
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const char32_t code = next_code(text);
    if (!is_in(zero_width, code)) width += is_in(double_width, code) ? 2 : 1;
  }
  return width;
}

std::string table_to_text(const Table& table) {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    std::size_t width = display_width(table.columns[i].title);
    for (const auto& row : table.rows)
      width = std::max(width, display_width(row[i].text));
    widths.push_back(width);
  }
  std::string out = table.title.empty() ? "" : table.title + "\n\n";
  out += text_line(table, widths, [&](std::size_t i) { return table.columns[i].title; });
  out += text_line(table, widths, [&](std::size_t i) { return std::string(widths[i], '-'); });
  for (const auto& row : table.rows)
    out += text_line(table, widths, [&](std::size_t i) { return row[i].text; });
  return out;
}

std::string table_to_csv(const Table& table) {
  std::vector<std::string> titles;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    titles.push_back(column.unit.empty() ? column.title : column.title + " (" + column.unit + ")");
    if (has_errors(table, i)) titles.push_back(titles.back() + " error");
  }
  std::string out = csv_line(titles);
  for (const auto& row : table.rows)
    out += csv_line(csv_fields(table, row));
  return out;
}

std::string escape_markdown(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (std::string_view("\\`*_[]<>|").find(c) != std::string_view::npos) out += '\\';
    out += c == '\n' || c == '\r' ? ' ' : c;
  }
  return out;
}

std::string table_to_markdown(const Table& table) {
  std::string out = table.title.empty() ? "" : "**" + escape_markdown(table.title) + "**\n\n";
  std::string rule;
  for (const Column& column : table.columns) {
    out += "| " + escape_markdown(column.title) + " ";
    rule += column.alignment == Alignment::right ? "| ---: " : "| --- ";
  }
  out += "|\n" + rule + "|\n";
  for (const auto& row : table.rows) {
    for (const Cell& cell : row)
      out += "| " + escape_markdown(cell.text) + " ";
    out += "|\n";
  }
  return out;
}

std::string escape_latex(std::string_view text) {
  static const std::array<std::pair<std::string_view, std::string_view>, 25> signs = {{{"\\", "\\textbackslash{}"},
                                                                                       {"{", "\\{"},
                                                                                       {"}", "\\}"},
                                                                                       {"$", "\\$"},
                                                                                       {"&", "\\&"},
                                                                                       {"#", "\\#"},
                                                                                       {"%", "\\%"},
                                                                                       {"_", "\\_"},
                                                                                       {"~", "\\textasciitilde{}"},
                                                                                       {"^", "\\textasciicircum{}"},
                                                                                       {"<", "\\textless{}"},
                                                                                       {">", "\\textgreater{}"},
                                                                                       {"|", "\\textbar{}"},
                                                                                       {"\"", "''"},
                                                                                       {"\n", " "},
                                                                                       {"\r", " "},
                                                                                       {"\t", " "},
                                                                                       {"\u00b1", "$\\pm$"},
                                                                                       {"\u2014", "---"},
                                                                                       {"\u2013", "--"},
                                                                                       {"\u00d7", "$\\times$"},
                                                                                       {"\u2212", "$-$"},
                                                                                       {"\u2026", "\\ldots{}"},
                                                                                       {"\u2265", "$\\geq$"},
                                                                                       {"\u2264", "$\\leq$"}}};
  std::string out;
  while (!text.empty()) {
    const auto sign =
        std::find_if(signs.begin(), signs.end(), [&](const auto& s) { return text.starts_with(s.first); });
    if (sign == signs.end()) {
      out += text.front();
      text.remove_prefix(1);
    } else {
      out += sign->second;
      text.remove_prefix(sign->first.size());
    }
  }
  return out;
}

std::string table_to_latex(const Table& table, const LatexOptions& options) {
  std::string alignment;
  for (const Column& column : table.columns)
    alignment += column.alignment == Alignment::right ? 'r' : 'l';
  std::string out = "% needs \\usepackage{booktabs}\n\\begin{table}\n\\centering\n";
  if (!table.title.empty()) out += "\\caption{" + escape_latex(table.title) + "}\n";
  if (!options.label.empty()) out += "\\label{" + options.label + "}\n";
  out += "\\begin{tabular}{" + alignment + "}\n\\toprule\n";
  out += latex_line(table, [&](std::size_t i) { return escape_latex(table.columns[i].title); });
  out += "\\midrule\n";
  for (const auto& row : table.rows) {
    out += latex_line(table, [&](std::size_t i) {
      return row[i].number ? latex_number(row[i].text, options.decimal_comma) : escape_latex(row[i].text);
    });
  }
  return out + "\\bottomrule\n\\end{tabular}\n\\end{table}\n";
}

Json table_to_json(const Table& table) {
  Json json = {{"title", table.title}, {"columns", Json::array()}, {"rows", Json::array()}};
  for (const Column& column : table.columns) {
    json["columns"].push_back(
        {{"title", column.title}, {"kind", column.kind == ColumnKind::number ? "number" : "text"}});
  }
  for (const auto& row : table.rows) {
    Json cells = Json::array();
    for (const Cell& cell : row) {
      Json one = {{"text", cell.text}};
      if (cell.number && std::isfinite(*cell.number)) one["number"] = *cell.number;
      if (cell.error && std::isfinite(*cell.error)) one["error"] = *cell.error;
      cells.push_back(std::move(one));
    }
    json["rows"].push_back(std::move(cells));
  }
  return json;
}

}  // namespace kelter
