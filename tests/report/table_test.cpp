// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/table.h"

#include <clocale>
#include <locale>
#include <QtTest>
#include <random>

#include "core/report/numbers.h"

using namespace kelter;

namespace {

Table sample() {
  Table table;
  table.title = "50 % of A & B";
  table.add_column("Node", ColumnKind::text);
  table.add_column("Perplexity");
  table.add_column("Change");
  table.rows = {{{"a_b", {}, {}}, {"21.63 \u00b1 0.20", 21.625, 0.2}, {}},
                {{"\u00e9\u6f22", {}, {}}, {"1234.50", 1234.5, {}}, {"-0.50 \u00b1 0.10", -0.5, 0.1}}};
  return table;
}

// RFC 4180 read back, written from the grammar: an independent check of the writer.
std::vector<std::vector<std::string>> parse_csv(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row;
  std::string field;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      field += '"';
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == ',') {
      row.push_back(std::exchange(field, {}));
    } else if (!quoted && c == '\r') {
      if (text.at(++i) != '\n') throw std::runtime_error("a bare carriage return");
      row.push_back(std::exchange(field, {}));
      rows.push_back(std::exchange(row, {}));
    } else {
      field += c;
    }
  }
  if (quoted || !field.empty() || !row.empty()) throw std::runtime_error("the last line is not ended");
  return rows;
}

}  // namespace

class TableTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void a_terminal_table_is_aligned_by_what_is_seen() {
    QCOMPARE(table_to_text(sample()), std::string("50 % of A & B\n\n"
                                                  "Node    Perplexity        Change\n"
                                                  "----  ------------  ------------\n"
                                                  "a_b   21.63 \u00b1 0.20             \u2014\n"
                                                  "\u00e9\u6f22        1234.50  -0.50 \u00b1 0.10\n"));
  }

  void widths_count_terminal_columns() {
    const std::pair<const char*, std::size_t> cases[] = {{"", 0},         {"abc", 3},          {"\u00b1\u2014", 2},
                                                         {"e\u0301", 1},  {"\u6f22\u5b57", 4}, {"\U0001f347", 2},
                                                         {"\xff\xfe", 2}, {"\xe6\xbc", 2},     {"\xc3(", 2}};
    for (const auto& [text, width] : cases)
      QCOMPARE(display_width(text), width);
  }

  void csv_holds_full_numbers_and_their_errors() {
    const auto rows = parse_csv(table_to_csv(sample()));
    QCOMPARE(rows[0], (std::vector<std::string>{"Node", "Perplexity", "Perplexity error", "Change", "Change error"}));
    QCOMPARE(rows[1], (std::vector<std::string>{"a_b", "21.625", "0.2", "", ""}));
    QCOMPARE(rows[2], (std::vector<std::string>{"\u00e9\u6f22", "1234.5", "", "-0.5", "0.1"}));
    QCOMPARE(rows.size(), std::size_t{3});
  }

  void random_csv_reads_back_unchanged() {
    std::mt19937 random(5);
    const char* parts[] = {",", "\"", "\r", "\n", "a", " ", ";", "\u00e9", "\"\""};
    for (int i = 0; i < 300; ++i) {
      Table table;
      std::vector<std::vector<std::string>> expected(4);
      for (int column = 0; column < 3; ++column)
        table.add_column("c" + std::to_string(column), ColumnKind::text);
      for (const Column& column : table.columns)
        expected[0].push_back(column.title);
      for (std::size_t row = 1; row < 4; ++row) {
        table.rows.emplace_back();
        for (int column = 0; column < 3; ++column) {
          std::string text;
          for (unsigned n = random() % 5; n > 0; --n)
            text += parts[random() % 9];
          table.rows.back().push_back({text, {}, {}});
          expected[row].push_back(text);
        }
      }
      QCOMPARE(parse_csv(table_to_csv(table)), expected);
    }
  }

  void a_locale_with_a_decimal_comma_changes_nothing() {
    const std::string csv = table_to_csv(sample()), number = format_with_error(21.625, 0.2, 2);
    const char* known[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE"};
    const bool set =
        std::any_of(std::begin(known), std::end(known), [](const char* name) { return std::setlocale(LC_ALL, name); });
    struct Comma : std::numpunct<char> {
      char do_decimal_point() const override { return ','; }
    };
    const std::locale before = std::locale::global(std::locale(std::locale(), new Comma));
    const std::string csv_after = table_to_csv(sample()), number_after = format_with_error(21.625, 0.2, 2);
    std::locale::global(before);
    std::setlocale(LC_ALL, "C");
    QCOMPARE(csv_after, csv);
    QCOMPARE(number_after, number);
    if (!set) QWARN("no C locale with a decimal comma is installed; only the C++ locale was changed");
  }

  void latex_signs_are_escaped() {
    QCOMPARE(
        escape_latex("50 % & a_b #1 $x$ {y} ~ ^ \\ <>|"),
        std::string("50 \\% \\& a\\_b \\#1 \\$x\\$ \\{y\\} \\textasciitilde{} \\textasciicircum{} \\textbackslash{} "
                    "\\textless{}\\textgreater{}\\textbar{}"));
    QCOMPARE(escape_latex("1 \u00b1 2 \u2014 3\u00d7 a\nb"), std::string("1 $\\pm$ 2 --- 3$\\times$ a b"));
    QCOMPARE(escape_latex("\u00e9\u00fc"), std::string("\u00e9\u00fc"));
  }

  void latex_tables_use_booktabs() {
    QCOMPARE(
        table_to_latex(sample(), {false, "tab:a"}),
        std::string("% needs \\usepackage{booktabs}\n\\begin{table}\n\\centering\n\\caption{50 \\% of A \\& B}\n"
                    "\\label{tab:a}\n\\begin{tabular}{lrr}\n\\toprule\nNode & Perplexity & Change \\\\\n\\midrule\n"
                    "a\\_b & 21.63 $\\pm$ 0.20 & --- \\\\\n\u00e9\u6f22 & 1234.50 & $-$0.50 $\\pm$ 0.10 \\\\\n"
                    "\\bottomrule\n\\end{tabular}\n\\end{table}\n"));
  }

  void a_decimal_comma_reaches_numbers_only() {
    Table table = sample();
    table.rows[0][0].text = "rtn-2.5";
    const std::string text = table_to_latex(table, {true, ""});
    QVERIFY(text.find("21{,}63 $\\pm$ 0{,}20") != std::string::npos);
    QVERIFY(text.find("$-$0{,}50 $\\pm$ 0{,}10") != std::string::npos);
    QVERIFY(text.find("rtn-2.5") != std::string::npos);
  }

  void markdown_cells_cannot_break_the_table() {
    Table table = sample();
    table.rows[0][0].text = "a|b\n*c*";
    const std::string text = table_to_markdown(table);
    QVERIFY(text.starts_with("**50 % of A & B**\n\n| Node | Perplexity | Change |\n| --- | ---: | ---: |\n"));
    QVERIFY(text.find("| a\\|b \\*c\\* | 21.63 \u00b1 0.20 | \u2014 |\n") != std::string::npos);
  }

  void json_carries_texts_and_numbers() {
    const Json json = table_to_json(sample());
    QCOMPARE(json["columns"][1].dump(), std::string("{\"title\":\"Perplexity\",\"kind\":\"number\"}"));
    QCOMPARE(json["rows"][1][2]["number"], Json(-0.5));
    QCOMPARE(json["rows"][1][2]["error"], Json(0.1));
    QVERIFY(!json["rows"][0][2].contains("number"));
  }

  void an_empty_table_has_every_form() {
    const Table empty;
    QCOMPARE(table_to_csv(empty), std::string("\r\n"));
    QVERIFY(!table_to_latex(empty).empty() && !table_to_text(empty).empty() && !table_to_markdown(empty).empty());
    QCOMPARE(table_to_json(empty)["rows"].dump(), std::string("[]"));
  }

  void errors_set_the_places() {
    const double infinite = std::numeric_limits<double>::infinity();
    QCOMPARE(format_with_error(21.625, 0.2, 2), std::string("21.62 \u00b1 0.20"));
    QCOMPARE(format_with_error(1234.5, 37.2, 2), std::string("1234 \u00b1 37"));
    QCOMPARE(format_with_error(0.5, 0.0223, 3), std::string("0.500 \u00b1 0.022"));
    QCOMPARE(format_with_error(3.0, std::nullopt, 2), std::string("3.00"));
    QCOMPARE(format_with_error(3.0, 0.0, 2), std::string("3.00"));
    QCOMPARE(format_with_error(3.0, infinite, 2), std::string("3.00"));
    QCOMPARE(format_with_error(4.2e12, std::nullopt, 2), std::string("4.20e+12"));
    QCOMPARE(format_change(1.25, 0.1, 2), std::string("+1.25 \u00b1 0.10"));
    QCOMPARE(format_change(-1.25, std::nullopt, 1), std::string("-1.2"));
    QCOMPARE(format_change(0.0, std::nullopt, 2), std::string("0.00"));
    QCOMPARE(format_change(-0.001, std::nullopt, 2), std::string("0.00"));
    QCOMPARE(format_change(0.001, std::nullopt, 2), std::string("0.00"));
    QCOMPARE(format_fixed(-infinite, 2), std::string("-infinite"));
  }
};

QTEST_GUILESS_MAIN(TableTest)
#include "table_test.moc"
