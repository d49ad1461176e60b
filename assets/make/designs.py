"""The designs of the wardrobe: cuts in cm and the colourways of each."""

from dataclasses import replace

from assets.make.shapes import Cut
from assets.make.skirts import Skirt
from assets.make.trousers import Legs
from assets.make.wardrobe import Design

_TEE = Cut()
_SLIM_TEE = Cut("V", "short", shoulder=18.0, chest=22.0, waist=19.8, hem=22.4, length=63, bicep=15.5)
_BOAT = Cut("boat", "three-quarter", shoulder=18.5, chest=22.5, waist=20.8, hem=22.8, length=63, bicep=16, wrist=11)
_LONG_TEE = Cut("crew", "long", shoulder=19.5, chest=24, waist=22.5, hem=23.5, bicep=16, wrist=8.5)
_TANK = Cut("scoop", "sleeveless", shoulder=18.0, chest=22.0, waist=20.0, hem=22.5, length=64)
_CAMI = Cut("strap", "sleeveless", shoulder=17.0, chest=21.5, waist=20.5, hem=24.0, length=58)
_POLO = Cut("polo", "short", chest=25.0, waist=23.5, hem=24.2, length=69)
_SHIRT = Cut("collar", "long", length=74, drop=4.0, hem=24.2, chest=25.5, waist=23.6, wrist=9.5)
_SHORT_SHIRT = replace(_SHIRT, sleeve="short", length=70, bicep=18.5)
_WOMAN = Cut("V", "long", shoulder=18.0, chest=22.5, waist=20.5, hem=24.5, length=62, bicep=16, wrist=7.5, puff=2.4)
_KNIT = Cut("crew", "long", length=66, hem=23.2, waist=23.4, wrist=8.8)
_HOOD = Cut("hood", "long", shoulder=21, chest=26, waist=25.2, hem=24.4, length=68, wrist=9.5, bicep=19)
_CARDI = Cut("lapel", "long", shoulder=19, chest=24, waist=22.8, hem=23.6, length=66, wrist=9.0, bicep=17)
_JACKET = Cut("crew", "long", shoulder=21, chest=26, waist=25, hem=23.6, length=65, wrist=9.5, bicep=18.5)
_PUFFER = Cut("high", "long", shoulder=21, chest=27, waist=26, hem=25.5, length=67, wrist=11, bicep=20)
_DENIM = Cut("collar", "long", shoulder=20.5, chest=25, waist=23, hem=22.0, length=60, wrist=10)
_BLAZER = Cut("lapel", "long", shoulder=20.5, chest=24.5, waist=21.4, hem=24.6, length=73, wrist=11.5)
_COAT = Cut("lapel", "long", shoulder=21, chest=26, waist=23.6, hem=30, length=108, wrist=12.5, bicep=19)
_BODICE = Cut("V", "short", shoulder=17.5, chest=21, bicep=15, wrist=14)

TOPS: tuple[Design, ...] = (
    Design("crew-tee", "T-shirt", "T-shirt", "jersey", ("white", "black", "red", "navy|striped|white|4.4",
           "white|striped|blue|3.2", "mint"), "regular", _TEE, words="with crew neck"),
    Design("pocket-tee", "T-shirt", "T-shirt", "jersey", ("grey", "yellow", "olive"), "regular", _TEE,
           detail="pocket", words="with chest pocket"),
    Design("vee-tee", "T-shirt", "T-shirt", "jersey", ("pink", "teal", "black|dotted|white|3.6"), "regular",
           _SLIM_TEE, words="with V neck"),
    Design("breton", "T-shirt", "T-shirt", "jersey", ("cream|striped|navy|3.0", "white|striped|red|3.0"),
           "regular", _BOAT, words="with boat neck"),
    Design("long-tee", "T-shirt", "T-shirt", "jersey", ("burgundy", "grey|striped|black|5.0"), "regular",
           _LONG_TEE, words="with long sleeves"),
    Design("tank", "tank top", "tank top", "jersey", ("white", "black", "orange", "blue|striped|white|3.4"),
           "regular", _TANK),
    Design("cami", "tank top", "tank top", "satin", ("lavender", "black|floral|pink|12"), "regular", _CAMI,
           words="with straps"),
    Design("polo", "polo shirt", "polo shirt", "jersey", ("navy", "green", "white", "red|striped|navy|6.5"),
           "regular", _POLO),
    Design("oxford", "shirt", "shirt", "cotton", ("white", "light blue", "light blue|pinstriped|white|2.4",
           "navy|windowpane|white|5.0"), "regular", _SHIRT, words="with long sleeves"),
    Design("lumber", "shirt", "shirt", "cotton", ("red|tartan|black|white|9", "green|tartan|navy|yellow|9",
           "grey|gingham|black|3.4"), "regular", _SHIRT, detail="two pockets", words="of flannel"),
    Design("holiday", "shirt", "shirt", "cotton", ("teal|floral|cream|15", "navy|floral|orange|15",
           "cream|pinstriped|brown|3.0"), "regular", _SHORT_SHIRT, detail="dark buttons", words="with short sleeves"),
    Design("bow-blouse", "blouse", "blouse", "satin", ("cream", "burgundy", "navy|dotted|white|3.4"), "regular",
           _WOMAN, detail="bow", words="with bow"),
    Design("frill-blouse", "blouse", "blouse", "cotton", ("white|floral|pink|13", "light blue"), "regular",
           replace(_WOMAN, neckline="scoop", sleeve="short", puff=1.5, wrist=13, length=60), detail="ruffle",
           words="with frill"),
    Design("button-blouse", "blouse", "blouse", "chiffon", ("mint", "pink|dotted|burgundy|3.2"), "regular",
           replace(_WOMAN, sleeve="three-quarter", wrist=10, puff=1.0), detail="buttons", words="with buttons"),
    Design("crew-knit", "sweater", "sweater", "knit", ("burgundy", "green", "navy|striped|cream|9",
           "grey"), "regular", _KNIT, words="with crew neck"),
    Design("roll-neck", "sweater", "sweater", "fine knit", ("cream", "black", "orange"), "regular",
           replace(_KNIT, neckline="high", chest=23.5, waist=22.4, hem=22.8), words="with turtleneck"),
    Design("vee-knit", "sweater", "sweater", "fine knit", ("light blue", "purple"), "regular",
           replace(_KNIT, neckline="V"), words="with V neck"),
    Design("hoodie", "hoodie", "hoodie", "fleece", ("grey", "black", "green", "pink"), "regular", _HOOD),
    Design("zip-hoodie", "hoodie", "hoodie", "fleece", ("navy", "burgundy", "beige"), "regular", _HOOD,
           detail="zip", words="with zip"),
    Design("cardigan", "cardigan", "cardigan", "knit", ("beige", "navy", "pink"), "regular", _CARDI,
           detail="pockets", words="with pockets"),
    Design("fine-cardigan", "cardigan", "cardigan", "fine knit", ("black", "mint", "red"), "regular",
           replace(_CARDI, length=60, chest=22.5, waist=21.4, hem=22.2, shoulder=18)),
    Design("bomber", "jacket", "bomber", "nylon", ("olive", "black", "burgundy"), "regular", _JACKET,
           words="with zip"),
    Design("puffer", "jacket", "bomber", "nylon", ("red", "navy", "yellow"), "regular", _PUFFER, detail="padded",
           words="with padding"),
    Design("trucker", "jacket", "denim jacket", "denim", ("denim", "light denim", "black"), "regular", _DENIM,
           words="of denim"),
    Design("blazer", "jacket", "tailored", "wool", ("navy", "grey|windowpane|white|7", "cream"), "regular", _BLAZER,
           words="with lapels"),
    Design("trench", "coat", "tailored", "twill", ("beige", "olive"), "long", _COAT, detail="double belt",
           words="with belt"),
    Design("wool-coat", "coat", "tailored", "wool", ("black", "brown", "grey", "red"), "long",
           replace(_COAT, length=100, hem=28)),
)

BOTTOMS: tuple[Design, ...] = (
    Design("wrap-dress", "dress", "dress", "cotton", ("red|floral|white|12", "navy|dotted|white|4.0",
           "green"), "knee", _BODICE, Skirt("a-line", hem=32), detail="sash bow", words="with sash"),
    Design("shirt-dress", "dress", "dress", "cotton", ("blue|pinstriped|white|2.6", "beige",
           "red|gingham|white|3.2"), "midi", replace(_BODICE, neckline="collar", sleeve="long", wrist=8.5),
           Skirt("a-line", hem=29, length=106), detail="buttons belt", words="with belt"),
    Design("sun-dress", "dress", "dress", "linen", ("yellow|dotted|white|5", "white|floral|blue|13", "mint"),
           "midi", Cut("square", "sleeveless", shoulder=17.5, chest=20.5), Skirt("tiered", hem=34, length=116)),
    Design("sheath", "dress", "dress", "twill", ("black", "teal"), "knee",
           Cut("boat", "sleeveless", shoulder=19, chest=21), Skirt("pencil", waist=17.4, hip=21.4, hem=19, length=94)),
    Design("knit-dress", "dress", "dress", "fine knit", ("grey", "burgundy|striped|cream|6"), "knee",
           Cut("crew", "long", shoulder=18, chest=21.5, bicep=15, wrist=8.5),
           Skirt("a-line", waist=18.5, hip=22, hem=25, length=92)),
    Design("evening", "gown", "dress", "satin", ("burgundy", "navy", "silver"), "floor",
           Cut("strap", "sleeveless", shoulder=17, chest=20.5),
           Skirt("flowing", waist=15.5, hip=21, hem=40, length=146), detail="sash"),
    Design("ball", "gown", "dress", "satin", ("teal", "pink", "black"), "floor",
           Cut("sweetheart", "sleeveless", shoulder=17, chest=20.5),
           Skirt("flowing", waist=15, hip=20, hem=48, length=146), detail="sash bow", words="with bow"),
    Design("pleated-skirt", "skirt", "skirt", "cotton", ("green", "burgundy", "grey|tartan|navy|red|12"), "knee",
           skirt=Skirt("pleated", waist=16.5, hip=23, hem=30, length=98), words="with pleats"),
    Design("denim-skirt", "skirt", "skirt", "denim", ("denim", "black"), "mini",
           skirt=Skirt("a-line", waist=17, hip=22, hem=26, length=82), detail="buttons", words="with buttons"),
    Design("full-skirt", "skirt", "skirt", "cotton", ("pink|gingham|red|3.2", "yellow|floral|white|13",
           "navy"), "midi", skirt=Skirt("gathered", waist=16.5, hip=25, hem=36, length=110)),
    Design("pencil-skirt", "skirt", "skirt", "twill", ("black", "red"), "knee",
           skirt=Skirt("pencil", waist=16.8, hip=21.5, hem=18.5, length=97)),
    Design("straight-jeans", "jeans", "trousers", "denim", ("denim", "dark denim", "light denim"), "full",
           legs=Legs()),
    Design("slim-jeans", "jeans", "trousers", "denim", ("black", "denim"), "full",
           legs=Legs(waist=17.4, hip=21.6, knee=16, hem=12.5, stance=11.5), words="with slim legs"),
    Design("chinos", "trousers", "trousers", "twill", ("beige", "navy", "olive"), "full",
           legs=Legs(hem=17.5, knee=20), detail="belt", words="with belt"),
    Design("wide-trousers", "trousers", "trousers", "wool", ("black", "cream", "grey|pinstriped|white|3.0"), "full",
           legs=Legs(waist=17.4, hem=29, knee=26, stance=16.5, hip=23), words="with wide legs"),
    Design("sweatpants", "trousers", "trousers", "fleece", ("grey", "black"), "full",
           legs=Legs(inseam=71, hem=13, knee=18, stance=12, cuff=6), detail="cord", words="with cord"),
    Design("check-trousers", "trousers", "trousers", "wool", ("grey|windowpane|white|8", "brown|tartan|beige|cream|8"),
           "full", legs=Legs(hem=17, knee=19.5)),
    Design("chino-shorts", "shorts", "trousers", "twill", ("beige", "navy", "pink"), "short",
           legs=Legs(inseam=20, hem=27, hip=24, stance=15.0)),
    Design("denim-shorts", "shorts", "trousers", "denim", ("light denim", "dark denim"), "short",
           legs=Legs(inseam=12, hem=27, hip=23.4, waist=17.6, stance=14.6, cuff=3.4)),
    Design("gym-shorts", "shorts", "trousers", "jersey", ("black", "red", "blue|striped|white|5"), "short",
           legs=Legs(inseam=21, hem=30, hip=25, stance=16.2), detail="cord", words="with cord"),
)

DESIGNS: tuple[Design, ...] = TOPS + BOTTOMS
