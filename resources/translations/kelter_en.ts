<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>RunText</name>
    <message numerus="yes">
        <source>%1 of %n model(s) done</source>
        <translation>
            <numerusform>%1 of %n model done</numerusform>
            <numerusform>%1 of %n models done</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n failed</source>
        <translation>
            <numerusform>%n failed</numerusform>
            <numerusform>%n failed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n skipped</source>
        <translation>
            <numerusform>%n skipped</numerusform>
            <numerusform>%n skipped</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n cancelled</source>
        <translation>
            <numerusform>%n cancelled</numerusform>
            <numerusform>%n cancelled</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>kelter::ui::ChatColumn</name>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%n token</numerusform>
            <numerusform>%n tokens</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>kelter::ui::ChatPanel</name>
    <message numerus="yes">
        <source>%1 of %n model(s)</source>
        <translation>
            <numerusform>%1 of %n model</numerusform>
            <numerusform>%1 of %n models</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>differs from %1 after %n character(s)</source>
        <translation>
            <numerusform>differs from %1 after %n character</numerusform>
            <numerusform>differs from %1 after %n characters</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>kelter::ui::ErrorsPanel</name>
    <message numerus="yes">
        <source>%n error(s), the newest first</source>
        <translation>
            <numerusform>%n error, the newest first</numerusform>
            <numerusform>%n errors, the newest first</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>kelter::ui::LayersPanel</name>
    <message numerus="yes">
        <source>%n layer(s)</source>
        <translation>
            <numerusform>%n layer</numerusform>
            <numerusform>%n layers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>running, %1 of %n layer(s) so far</source>
        <translation>
            <numerusform>running, %1 of %n layer so far</numerusform>
            <numerusform>running, %1 of %n layers so far</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>stopped after %1 of %n layer(s)</source>
        <translation>
            <numerusform>stopped after %1 of %n layer</numerusform>
            <numerusform>stopped after %1 of %n layers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>kelter::ui::TensorTreeModel</name>
    <message numerus="yes">
        <source>%n formats</source>
        <translation>
            <numerusform>%n format</numerusform>
            <numerusform>%n formats</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tensor(s)</source>
        <translation>
            <numerusform>%n tensor</numerusform>
            <numerusform>%n tensors</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>kelter::ui::TensorsPanel</name>
    <message numerus="yes">
        <source>%n tensor(s)</source>
        <translation>
            <numerusform>%n tensor</numerusform>
            <numerusform>%n tensors</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n tensor(s)</source>
        <translation>
            <numerusform>%1 of %n tensor</numerusform>
            <numerusform>%1 of %n tensors</numerusform>
        </translation>
    </message>
</context>
</TS>
