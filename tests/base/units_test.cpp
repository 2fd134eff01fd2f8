// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <bit>
#include <charconv>
#include <clocale>
#include <cmath>
#include <limits>
#include <locale>
#include <random>

#include "core/base/units.h"

using namespace kelter;

namespace {

// Decimal comma and thousands separators, as a German desktop sets them.
struct Commas : std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

}  // namespace

class UnitsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() {
    std::locale::global(std::locale(std::locale::classic(), new Commas));
    std::setlocale(LC_ALL, "de_DE.UTF-8");   // where it is installed
  }

  void bytes_have_decimal_units_and_one_decimal_place() {
    QCOMPARE(format_bytes(0), std::string("0 bytes"));
    QCOMPARE(format_bytes(1), std::string("1 byte"));
    QCOMPARE(format_bytes(999), std::string("999 bytes"));
    QCOMPARE(format_bytes(1000), std::string("1.0 kB"));
    QCOMPARE(format_bytes(98362432), std::string("98.4 MB"));
    QCOMPARE(format_bytes(999949), std::string("999.9 kB"));
    QCOMPARE(format_bytes(999950), std::string("1.0 MB"));   // never "1000.0 kB"
    QCOMPARE(format_bytes(13'000'000'000), std::string("13.0 GB"));
    QCOMPARE(format_bytes(std::numeric_limits<std::uint64_t>::max()), std::string("18.4 EB"));
  }

  void seconds_are_shown_as_a_person_says_them() {
    QCOMPARE(format_seconds(0), std::string("0.0 s"));
    QCOMPARE(format_seconds(0.0000004), std::string("0.000 ms"));
    QCOMPARE(format_seconds(0.012), std::string("12 ms"));
    QCOMPARE(format_seconds(4.2), std::string("4.2 s"));
    QCOMPARE(format_seconds(59.94), std::string("59.9 s"));
    QCOMPARE(format_seconds(59.96), std::string("1 min 00 s"));
    QCOMPARE(format_seconds(200), std::string("3 min 20 s"));
    QCOMPARE(format_seconds(3599.6), std::string("1 h 00 min"));
    QCOMPARE(format_seconds(3720), std::string("1 h 02 min"));
    QCOMPARE(format_seconds(7199), std::string("2 h 00 min"));
    QCOMPARE(format_seconds(360000), std::string("100 h 00 min"));
    QCOMPARE(format_seconds(-4.2), std::string("-4.2 s"));
    QCOMPARE(format_seconds(std::nan("")), std::string("unknown"));
    QCOMPARE(format_seconds(std::numeric_limits<double>::infinity()), std::string("unknown"));
    QVERIFY(format_seconds(std::numeric_limits<double>::max()).ends_with(" h"));
  }

  void numbers_are_the_shortest_text_that_reads_back() {
    QCOMPARE(format_number(0.1), std::string("0.1"));
    QCOMPARE(format_number(1234567.5), std::string("1234567.5"));
    QCOMPARE(format_number(-0.0), std::string("-0"));
    QCOMPARE(format_number(1e300), std::string("1e+300"));
    QCOMPARE(format_number(21.630518), std::string("21.630518"));
    QCOMPARE(format_number(std::numeric_limits<double>::infinity()), std::string("inf"));
    std::mt19937_64 random(7);
    for (int i = 0; i < 20000; ++i) {
      const double value = std::bit_cast<double>(random());
      if (!std::isfinite(value)) continue;
      const std::string text = format_number(value);
      double back = 0;
      const auto end = std::from_chars(text.data(), text.data() + text.size(), back);
      QVERIFY(end.ec == std::errc() && end.ptr == text.data() + text.size());
      QCOMPARE(std::bit_cast<std::uint64_t>(back), std::bit_cast<std::uint64_t>(value));
    }
  }

  void foreign_text_becomes_one_line_of_valid_utf8() {
    QCOMPARE(printable("blk.0.ffn_up.weight"), std::string("blk.0.ffn_up.weight"));
    QCOMPARE(printable("Größe €𝄞"), std::string("Größe €𝄞"));
    QCOMPARE(printable(std::string_view("a\nb\0c\x7f", 6)), std::string("a\\x0ab\\x00c\\x7f"));
    QCOMPARE(printable("\xff\xc3"), std::string("\\xff\\xc3"));                  // no lead byte; a cut character
    QCOMPARE(printable("\xc0\xaf\xed\xa0\x80"), std::string("\\xc0\\xaf\\xed\\xa0\\x80"));   // overlong; a surrogate
    QCOMPARE(printable("\xf4\x90\x80\x80"), std::string("\\xf4\\x90\\x80\\x80"));            // beyond U+10FFFF
    QCOMPARE(printable("abcdef", 3), std::string("abc..."));
    QCOMPARE(printable("abc", 3), std::string("abc"));
  }
};

QTEST_GUILESS_MAIN(UnitsTest)
#include "units_test.moc"
