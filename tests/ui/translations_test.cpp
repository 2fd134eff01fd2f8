// SPDX-License-Identifier: GPL-3.0-or-later
// Every string a person sees stands in the German and French files, finished, with the same numbered places.
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTranslator>
#include <QXmlStreamReader>
#include <QtTest>

namespace {

struct Message {
  QString context, source;
  QStringList forms;  // one, or one for each plural form of the language
  bool finished = false;
};

void read_forms(QXmlStreamReader& xml, Message& message) {
  QString text;
  for (xml.readNext(); !(xml.isEndElement() && xml.name() == u"translation") && !xml.atEnd(); xml.readNext()) {
    if (xml.isStartElement() && xml.name() == u"numerusform") message.forms.append(xml.readElementText().trimmed());
    if (xml.isCharacters()) text += xml.text();
  }
  if (message.forms.isEmpty()) message.forms.append(text.trimmed());
}

QList<Message> read_messages(const QString& path) {
  QFile file(path);
  QList<Message> messages;
  if (!file.open(QIODevice::ReadOnly)) return messages;
  QXmlStreamReader xml(&file);
  QString context;
  Message message;
  while (!xml.atEnd()) {
    xml.readNext();
    if (!xml.isStartElement()) continue;
    if (xml.name() == u"name") context = xml.readElementText();
    if (xml.name() == u"message") message = {context, {}, {}, false};
    if (xml.name() == u"source") message.source = xml.readElementText();
    if (xml.name() == u"translation") {
      message.finished = xml.attributes().value("type").isEmpty();
      read_forms(xml, message);
      messages.append(message);
    }
  }
  return messages;
}

QStringList places(const QString& text) {
  static const QRegularExpression place("%[0-9n]");
  QStringList found;
  for (auto it = place.globalMatch(text); it.hasNext();) found.append(it.next().captured());
  found.sort();
  return found;
}

const QString source = KELTER_SOURCE_DIR;

}  // namespace

class TranslationsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() {
    QVERIFY(fresh_.isValid());
    for (const char* language : {"de", "fr"}) {
      const QString name = QString("kelter_%1.ts").arg(language);
      QFile::copy(source + "/resources/translations/" + name, fresh_.filePath(name));
      QFile(fresh_.filePath(name)).setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    }
    QProcess update;
    update.start(source + "/scripts/update-translations", {"--into", fresh_.path()});
    QVERIFY(update.waitForFinished(120000));
    QVERIFY2(update.exitCode() == 0, update.readAllStandardError());
  }

  void every_string_is_translated_data() { languages(); }
  void every_string_is_translated() {
    QFETCH(QString, language);
    // The fresh file holds what the sources have now; a string that was forgotten is unfinished there.
    const QList<Message> messages = read_messages(fresh_.filePath("kelter_" + language + ".ts"));
    QVERIFY2(messages.size() > 100, "the strings were not found");
    QStringList missing;
    for (const Message& message : messages) {
      if (!message.finished || message.forms.contains(QString())) missing << message.context + ": " + message.source;
    }
    QVERIFY2(missing.isEmpty(), qPrintable("not translated:\n" + missing.join("\n")));
  }

  void translations_keep_the_numbered_places_data() { languages(); }
  void translations_keep_the_numbered_places() {
    QFETCH(QString, language);
    for (const Message& message : read_messages(source + "/resources/translations/kelter_" + language + ".ts")) {
      for (const QString& form : message.forms) QVERIFY2(places(message.source) == places(form), qPrintable(message.source));
    }
  }

  void the_program_carries_them_data() { languages(); }
  void the_program_carries_them() {
    QFETCH(QString, language);
    QTranslator translator;
    QVERIFY(translator.load(":/translations/kelter_" + language + ".qm"));
    QVERIFY(!translator.translate("Steps", "Round to nearest").isEmpty());
  }

 private:
  static void languages() {
    QTest::addColumn<QString>("language");
    QTest::newRow("German") << "de";
    QTest::newRow("French") << "fr";
  }
  QTemporaryDir fresh_;
};

QTEST_GUILESS_MAIN(TranslationsTest)
#include "translations_test.moc"
