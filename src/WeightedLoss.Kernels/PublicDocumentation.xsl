<?xml version="1.0" encoding="utf-8"?>
<!-- Leaves the documentation of the public members. Which these are, the file of the public API says, its generic arguments and digits taken out. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:param name="api" />
  <xsl:output encoding="utf-8" indent="yes" />
  <xsl:strip-space elements="doc assembly members member" />
  <xsl:template match="@*|node()">
    <xsl:copy><xsl:apply-templates select="@*|node()" /></xsl:copy>
  </xsl:template>

  <xsl:template match="member">
    <xsl:variable name="kind" select="substring-before(@name, ':')" />
    <xsl:variable name="name" select="translate(substring-before(concat(substring-after(@name, ':'), '('), '('), '`0123456789', '')" />
    <xsl:variable name="isPublic" select="
        ($kind = 'T' and contains($api, concat('|', $name, '|')))
        or ($kind = 'F' and contains($api, concat($name, ' = ')))
        or ($kind = 'P' and contains($api, concat($name, '.get ')))
        or ($kind = 'M' and contains($api, concat($name, '(')))
        or (contains($name, '.#ctor') and contains($api, concat(substring-before($name, '#'), substring-after(substring-before($name, '.#'), '.'), '(')))
        or (contains($name, '.Item') and contains($api, concat(substring-before($name, 'Item'), 'this[')))
        or (contains($name, '.op_') and contains($api, concat('|', substring-before($name, '.op_'), '|')))" />

    <!-- What serves generated code is public, and so is what serves tests of it. -->
    <xsl:variable name="isHidden" select="starts-with($name, 'WeightedLoss.Runtime.') or starts-with($name, 'WeightedLoss.Generated.')
        or contains($name, '.PortableTwins')" />
    <xsl:if test="$isPublic and not($isHidden)">
      <xsl:copy><xsl:apply-templates select="@*|node()" /></xsl:copy>
    </xsl:if>
  </xsl:template>
</xsl:stylesheet>
