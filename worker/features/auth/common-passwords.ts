/**
 * The 10,000 most common passwords of at least 8 characters, in lower case: from the list that
 * @zxcvbn-ts/language-common 4.1.3 ranks by use. Sorted; each word begins with the number of letters
 * that it shares with the word before it. Read it by `weak-password.ts`.
 *
 * Copyright (c) 2012-2016 Dan Wheeler and Dropbox, Inc.
 * Copyright (c) 2021 @zxcvbn-ts
 *
 * Permission is hereby granted, free of charge, to any person obtaining
 * a copy of this software and associated documentation files (the
 * "Software"), to deal in the Software without restriction, including
 * without limitation the rights to use, copy, modify, merge, publish,
 * distribute, sublicense, and/or sell copies of the Software, and to
 * permit persons to whom the Software is furnished to do so, subject to
 * the following conditions:
 *
 * The above copyright notice and this permission notice shall be
 * included in all copies or substantial portions of the Software.
 *
 * THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND,
 * EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
 * MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
 * NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE
 * LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION
 * OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION
 * WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
 */
export const commonPasswords = `
0!qaz2wsx 0%%passwo 0.adgjmptw 00.0.0.000 1000000000o 396462 2197400 27james 11011900 71 610 650 75
77 78 660 71 72 73 74 75 76 77 78 670 71 72 73 74 75 76 77 78 79 680 71 72 73 74 75 76 77 78 79 690
71 72 73 74 75 79 42000 71 610 71 320304 805 9506 41980 75 76 77 78 79 690 72 331976 680 71 73 74 75
76 77 78 79 691 341979 680 71 72 73 75 76 77 78 79 690 72 73 351974 79 680 73 75 76 77 78 79 690
361979 682 73 74 75 76 77 78 690 72 371978 680 73 74 75 76 77 78 79 690 381975 78 680 75 76 78 79
690 72 391979 680 74 75 76 77 78 79 692 2101979 685 77 311987 690 321980 74 75 76 77 78 690 23cpfza
2478520 596325 292837465 12011970 71 72 73 74 75 76 77 78 79 680 71 72 73 74 75 76 77 78 79 690
321970 71 72 73 74 75 76 77 78 79 680 71 72 73 74 75 76 77 78 79 690 71 331970 71 72 73 74 75 76 77
78 79 680 71 72 73 74 75 76 77 78 79 690 71 341970 71 72 73 74 75 76 77 78 79 680 71 72 73 74 75 76
77 78 79 351970 71 72 73 74 75 76 77 78 79 680 71 72 73 74 75 76 77 78 79 690 361970 71 72 73 74 75
76 77 78 79 680 71 72 73 74 75 76 77 78 79 690 371970 71 72 73 74 75 76 77 78 79 680 71 72 73 74 75
76 77 78 79 381970 71 72 73 74 75 76 77 78 79 680 71 72 73 74 75 76 77 78 79 391970 71 72 73 74 75
76 77 78 79 680 71 72 73 74 75 76 77 78 79 2101970 71 72 73 74 75 76 77 78 79 680 71 72 73 74 75 76
77 78 79 311987 321981 73 13011984 75 76 77 691 321978 79 682 76 77 79 331981 72 73 74 76 77 78 79
690 71 72 73 341975 680 73 74 75 76 77 79 691 351979 680 71 74 75 76 77 78 361977 684 75 76 77 78
371978 680 73 74 75 76 77 79 381984 78 79 42006 391983 74 76 78 2101979 683 74 75 78 79 691 311986
77 321985 76 14011987 78 690 321985 77 690 331982 691 341982 73 74 75 76 77 78 690 71 351983 74 75
77 78 690 361980 72 74 76 77 78 690 71 371982 73 76 77 78 381978 682 75 76 77 79 391985 76 2101977
680 311986 78 79 691 321982 74 75 76 77 78 2975756 15011987 321985 77 78 79 331981 74 76 77 78 690
71 341983 74 75 76 690 71 351975 680 72 73 75 76 77 78 79 690 71 361980 71 73 75 76 77 78 79 690
371983 74 75 76 78 381977 685 76 77 78 79 692 391985 77 78 2101983 74 76 311982 76 321983 75 76 78
690 16011982 74 77 78 321981 74 76 77 79 331983 74 75 76 78 692 341984 77 78 351983 75 76 77 361981
72 73 75 76 77 78 690 371983 74 75 76 77 78 690 381979 683 75 76 77 78 690 391989 2101985 76 79
311984 75 76 690 321982 2225930 23dyjuy 17011980 78 79 321980 74 76 77 79 691 331985 76 78 79 341979
680 73 75 76 77 78 79 351987 690 361985 76 78 371977 680 72 74 75 76 77 78 79 690 381981 72 73 74 76
77 79 391982 75 78 690 2101962 683 74 75 77 311982 77 321984 77 2831505 18011986 78 321985 79 690
331977 680 73 75 76 77 78 341980 72 75 76 78 351987 79 690 361984 75 76 77 79 371983 75 76 77 78
381976 79 681 73 75 76 78 79 690 391988 2101980 76 311983 74 321986 77 354711 2522580 3tzzqi
19011985 77 690 321988 79 331981 77 78 341985 76 77 690 351945 675 78 681 73 74 75 76 77 690 361990
371981 74 76 77 3808qwe 41984 75 78 391979 686 78 2101984 75 76 311983 77 321982 73 75 77 2877890
1o9i8u7y 2km9ijn 1raziel0 010011001 5980 73 76 78 79 690 72 3200300 41982 73 75 76 77 78 331980 74
75 76 77 78 79 690 71 73 341979 682 73 74 75 76 77 79 690 71 351983 74 75 76 77 78 79 690 361980 74
75 76 77 79 371980 73 74 75 76 77 78 79 690 381981 72 73 75 77 78 79 690 71 391980 74 75 76 78 79
2101968 675 77 680 71 72 73 75 76 77 78 79 690 71 311213 5981 73 76 77 78 79 321976 79 682 74 75 76
77 79 2203040 850 9060 341024 393847 856 2inches 11001001 311980 72 75 77 79 690 71 321981 74 75 77
78 690 331980 72 73 74 76 77 78 690 341974 680 73 75 76 77 78 690 71 351979 682 74 75 76 77 78 79
690 361980 73 74 75 76 77 78 79 691 371983 74 75 76 77 78 79 381978 680 72 73 74 75 76 77 78 79 690
391983 74 75 76 77 79 690 2101979 682 75 76 77 690 311111 811zz 8a 7q 6aa 522222 5978 79 682 73 76
77 691 42222 4aaaa 4qqqq 321314 815 5980 71 74 75 76 77 690 42233 83 9a 2221122 811 43344 855 9566
8q 335813 821 2924704 2c645df 2qq22ww 12011979 680 75 77 78 79 321980 72 73 74 75 76 77 78 690 71
331982 74 75 76 77 78 79 690 341961 676 77 78 680 72 73 74 75 76 77 78 690 71 351980 71 72 73 75 76
77 78 79 690 361980 74 76 77 78 690 371980 72 73 74 75 77 78 79 690 71 72 381983 74 75 76 77 78 690
73 391982 73 76 77 78 690 71 2101984 75 76 77 78 79 690 31123a 5981 74 75 77 690 71 321977 680 71 72
74 75 76 77 78 79 690 71 331213 5415 816 2211221 33334444 5445 2301230 312312 83a 9q 6321 645 86
6qwe 9qwe 32323q 332112 83 9321 645 86 6qq 7we 340987 42000 44321 8q 4509876 5123 52000 5432 81
55432 91 91q 5600 612 83 654321 6654321 76 671 77 78 80 81 82000 89 90 900 900987654321 901 9012 90a
90q 90qw 90qwe 90s 90w 90z 91 910 912 9123 987654321 99 9987654321 9a 9aa 9abc 9b 9d 9f 9g 9i 9k 9l
9m 9n 9o 9p 9q 9qaz 9qq 9qqq 9qw 9qwe 9qwerty 9r 9s 9t 9v 9w 9x 9z 9zxc 8a 8c 8q 8z 79 7a 8a 7b 7d
7k 7q 7r 7t 7u 7w 7z 687 79 6987 6aa 8a 7b 8c 7s 8d 6qaz 7q 8q 7w 8e 9rty 6ru 6ss 6zx 8c 7z 59876
5abc 8de 6sd 5qaz 6we 8r 9t 9ty 5trewq 5zxc 8vb 46789 47890 48765 49876 4abcd 5sdf 4kekc 4qwer 8asdf
8t 9y 4rewq 5mvb 4zxcv 3581321 365478 89 90 6987 49874 81 85 7z 3789456 3as123 5d123 3hfjdk147
3masha 4udar 3qaz123 4q123 4we123 9qwe 6321 6456 9rty 6as 8d 9zxc 6qwe 6rt 8y 3zxc123 2435687
3578963 381632 2e3e456 2locked 2monkey 2qw12qw 434er 856ty 4aszx 4erty 2s3t4p55 13011976 681 73 74
75 77 78 321984 75 77 79 690 71 331980 73 75 76 77 79 690 71 341984 77 78 79 351983 75 76 77 78 79
690 361983 74 75 76 77 79 690 71 371979 682 73 74 75 77 78 79 690 71 381978 682 73 74 75 76 77 78
690 391982 74 75 76 77 78 690 2101982 75 77 78 690 72 311982 74 75 76 78 690 321980 72 73 74 75 76
78 79 690 2243546 45768 465798 2324124 24679258 6852 3kzbip 2572468 46479 4908642 511q 5246 88 90
57531 58642 597531 14011986 77 78 79 321977 683 74 75 76 77 78 79 690 71 331972 78 680 74 75 76 77
78 79 690 341976 684 76 77 78 691 72 351977 681 72 73 75 76 77 690 361982 73 74 75 78 691 371983 76
77 78 381982 75 76 78 79 690 391982 76 77 78 79 690 2101983 75 76 77 78 79 691 311982 74 76 77 78 79
321979 686 77 78 79 2725836 89 385236 89 49632 81 85 2881488 2938685 2vbqk9p 15011981 73 75 76 77 78
690 321983 74 75 76 78 690 71 331975 684 75 76 77 78 79 690 71 341980 72 73 75 77 78 351981 72 73 75
76 77 79 690 71 72 361983 74 75 77 78 371980 71 72 73 74 75 76 77 78 690 381980 73 74 75 76 77 78 79
690 71 391983 75 77 78 79 2101982 73 74 76 77 691 311984 75 76 77 78 79 321977 683 74 75 76 77 79
3nxjmt 2426378 3ugeiu 29357258 3753123 759753 621 758 6456 9852 76 6852 387532 81 2s9pu03 16011982
73 75 76 77 79 691 321982 73 77 78 79 690 331985 76 77 78 690 341978 684 75 76 78 351985 76 77 78 79
690 361981 73 74 75 76 77 78 690 371983 75 76 77 691 381980 75 76 391986 77 78 690 2101985 76 77
311982 73 74 76 77 79 690 321982 75 76 77 691 17011701 5985 76 77 690 321982 73 75 76 77 78 79
331983 74 75 77 692 341984 75 76 77 691 351979 681 73 76 77 78 79 690 361982 73 75 76 77 78 79 691
371984 75 76 77 79 690 381984 78 690 391979 681 74 75 76 77 2101980 76 77 311979 682 75 76 77 78 79
321983 75 76 77 371717aa 18011984 75 76 77 78 79 321982 74 76 77 78 692 331980 71 72 76 78 691
341983 74 75 76 78 690 71 351982 74 75 77 78 79 690 361980 71 72 74 75 76 77 690 71 371979 681 73 76
78 79 690 381982 76 77 78 79 391984 75 76 77 2101985 77 79 311983 74 76 77 321812 5979 683 74 75 77
690 2273645 2436572 2821221 19011981 75 76 77 79 321980 72 75 690 71 331980 75 77 341978 685 76 77
78 351977 681 73 76 77 361982 74 75 76 77 690 71 72 371983 75 76 78 79 690 381982 73 75 76 77 78
391980 73 76 78 690 2101982 73 76 77 79 690 311984 75 76 77 321978 682 75 76 78 79 2283746 85
2391945 2411945 272chev 2844891 377891 2922991 333991 366991 392000 2mtpgam19 1a2a3a4a 85a 3b3c4d
85e 3s3d4f 85g 2aaaaaa 2sshole 1basebal 2igdick 2ulldog 1charlie 3elsea 3icken 2ompute 3rvett
1diamond 1ferrari 2ootbal 2uckyou 1heather 2xboqg2 8s 1jennife 3ssica 1letmein 1matthew 2elissa
2ichael 3llion 2ustang 1panther 3ss1page 5wor 8d 3trick 2hoenix 1q2q3q4q 85q 3w3e4r 85 9t 9t6y
2a2ws3e 8d 94rf 3y2wsx 3z!qaz 42wsx 83edc 9edc4rfv 43edc 4@wsx 4xcvb 5sw2 83edc 9edcvfr4 4zaq1
2w23er4 3erty1 7u 1samanth 2cooter 2exyred 2tarwar 2uperma 1thunder 1wildcat 4liam 1x2zkg8w 1z2x3c4v
85b 2xcvbnm 020011979 680 71 73 74 75 77 78 79 321980 71 72 73 75 76 78 690 71 331980 73 74 75 76 77
78 690 71 72 341980 71 74 75 76 78 690 351981 73 74 75 76 77 78 79 361980 71 73 74 76 77 78 79 690
71 371981 73 74 75 76 78 381984 75 76 77 690 71 391983 74 76 78 691 2101982 74 76 77 78 311984 75 76
77 321982 75 76 78 79 3jedlz 2spanks 11011981 75 76 77 78 79 690 71 321983 74 75 76 77 78 79 690
331981 74 75 76 77 78 690 341978 683 75 76 77 690 71 72 351979 683 74 75 76 78 79 690 71 361980 73
75 76 77 78 79 371982 73 75 76 77 79 690 72 381980 75 77 690 391984 75 76 77 78 79 690 2101980 71 73
76 77 78 79 311983 75 76 79 690 321978 680 74 75 76 77 78 79 42112 45150 4rush 23qwe879 2436587
12011975 685 76 78 692 321984 75 76 78 79 690 331981 74 76 77 691 341976 683 75 76 77 78 691 351980
76 77 78 79 690 71 361941 682 74 75 77 78 79 690 71 371981 73 74 75 76 77 78 79 690 71 72 381981 73
75 76 77 690 71 391977 681 73 74 75 76 77 78 690 71 2101981 73 75 78 311982 75 78 495ws 321978 682
73 75 76 77 79 2334455 2446688 13011980 72 74 75 78 79 690 321973 75 77 78 682 73 74 75 76 77 78 79
691 72 331980 73 75 76 77 78 79 690 341982 73 74 75 76 77 78 691 49307 351978 680 73 74 75 76 77 690
71 361976 680 73 75 77 78 79 690 72 371981 74 75 76 78 381984 76 391982 73 75 76 77 79 691 2101981
77 78 311982 75 76 77 79 321982 73 76 376djivanfros 2jordan 2skidoo 2wesdxc 14011983 75 76 77 79 690
321983 74 75 76 77 78 691 331980 71 75 77 78 690 341984 75 76 78 690 351979 685 76 77 79 690 361984
75 76 77 78 692 371986 77 79 690 71 72 381982 76 77 78 690 391984 76 691 2101980 74 75 76 77 78 79
690 71 311981 72 73 77 79 690 321982 74 75 76 77 78 79 690 23462536 2681012 5357 89 2pnz6kc 15011982
73 75 76 78 690 73 321978 683 74 75 76 77 78 331980 73 74 76 77 691 341980 73 74 75 77 78 691 351980
73 74 75 77 78 79 361985 76 77 371978 683 74 75 76 77 79 690 381983 75 76 77 78 79 391983 74 75 76
77 78 79 690 71 72 2101986 78 79 311978 686 77 78 691 321982 73 75 76 77 2251325 24xtpss 2800852
42580 16011981 76 77 79 690 321985 77 690 72 331980 72 74 75 76 77 78 690 71 341983 74 76 78 690 71
351986 77 78 690 361983 75 76 77 79 691 371984 76 77 79 381983 75 76 391984 75 76 3zntpc 2101983 74
76 77 311978 684 75 77 321983 74 75 77 79 17011981 72 73 75 76 78 690 321986 690 71 72 331983 74 75
76 77 79 692 341985 77 78 690 351984 75 76 77 691 361983 74 75 78 79 690 371982 73 74 75 77 78
381985 76 79 690 391983 74 75 77 691 2101987 79 311978 682 74 75 79 690 321981 76 78 2731828
18011987 78 79 321981 73 74 75 76 79 690 72 331981 72 73 74 76 341983 76 77 78 692 351981 73 75 76
77 78 79 690 361983 74 75 76 78 371978 682 73 74 75 76 77 78 79 381984 75 76 690 391982 74 75 77
2101979 686 78 311982 74 76 77 321984 76 77 78 79 690 19011980 72 73 75 77 78 690 331982 73 76 78
690 341982 74 75 76 77 78 79 351984 75 76 77 79 690 72 361982 74 75 76 77 78 79 690 371981 72 73 75
76 77 78 381982 73 75 77 78 690 391977 680 72 75 76 77 690 2101982 75 311983 77 78 79 321981 72 74
75 76 77 78 29792458 1b4dnvsx 28riedt 2igtits 2ornot2 8b 1kash6zq 1sexy2ho 1w3e4r5t 2j2k9oj 2sx1qaz
43edc 4cde3 4zaq1 030011980 73 75 76 77 690 331979 686 78 692 341985 76 77 78 691 351981 74 75 76 77
78 79 361979 680 71 72 73 75 76 77 78 79 371979 682 73 75 76 692 381982 74 79 391983 75 79 2101984
76 77 78 311982 77 321984 75 76 77 78 11011983 75 77 690 331986 77 78 690 351977 682 75 76 77 691 73
371977 680 73 75 76 690 381985 79 2101986 77 691 321910 682 73 75 76 77 78 690 2217221027711 2415926
85 94 121456987 365498 87 4732167 26159487 133222111 3666999 25533aa 2rjhjds 143104ky 2524815
16460341 28ejhih 29258147 3852147 47412 180zliki 23pdjvl 2972091 1edc4rfv 4vfr4 1rjs1la7qe 1stooges
2yqo15hil 1xbobobo 040028922 12042042 27cobra 13046721 2211234 4rewq 14332211 2445555 3555666
2magnum 1506802a 26123789 3789123 2m2do5bs 174jdvff 18151623 84 92 92a 92lost 1904s677075 2527843
3rus19 1r3e2w1q 2fv3edc 45tgb 1z34l0ts 3al0ts 050spanks 11051051051 2505150 2842543 12678677
141233432442 332442 25ettvy 151scasi 24uzpad 2556666 3666777 2667788 2832811 2bgates 165hlgqo
1hsu75kpot 1t4r3e2w1q 26y7u8i 2gb6yhn 1wr2i7h8 0625vrobg 2717315 140xwfkv 258zn7a 16613666 369999
29e53e1 17camaro 186xqxfg 2camaro 19213124 2camaro 073501505 14108520 323698 85 458963 385296 83
28159263 166rglqy 17347734 277755102q 5778 7a 48888 3888999 3angel 189123456 345612 83 90 363214 85
454123 2n3s5af 194613852 1hrdnw23 1ovtgimc 1ugd5hip2j 080070633pc 28state 11726354 163abgsg 2753099
18002000600 2351132 2889999 190098890 315173454 2172735872 2211375759 331243658s 2600506779 1j4ye3uz
1letters 1phrowz622 94 0911turbo 28273645 1293709b13 1379992a 16321478 458741 385274 81 18741236 85
45632 81 3654321a 29244342a 19762000 2887766 29111999q 0a1234567 88 99 990 7a 29l1980 2a2a3a4 8a5
2b2c3d4 8e5 2l2e3x4 2s2d3f4 8g5 17777777 19387670a 287654321 1a123321 5456 2aa1111 4aaa1 2bbccdd
2rdvark 3on123 2ssddff 1b123456 2c12345 86 6abc 3d1234 4e123 845 5f123 6g1 2dullah 2ercrom 4deen
2igail1 2normal 2racada 8bra 4kadabra 4mova 2solute 8ly 3tract 2ulafia 1cademia 7c 3pulco 2cess12 74
620 699 6no 3ident 3ount1 7s 2erview 3shigh 2hilles 2idburn 4rain 2kerman 2oustic 2tivate 2un3t1x
3ransx 1ddicted 6ion 2elaida 7e 4phia 2gjmptw 2min123 68533362 5istrator 4ral1 2renali 8n 9e 3iana1
6na 7e 4enne 2vanced 5tag 3entur 8e 3ocate 1erosmit 8h 2zakmi1 1ffinity 2rodita 1gamemno 2bdlcid
2ent007 2nieszka 2uilera 1irborne 3craft 3edale 3force 81 3jordan 3plane 1jcuivd289 1katsuki
1labama1 3kazam 3stair 2bacore 4tros 8s 3erto1 2capone 4traz 2ejandr 8a 8o 3ksand 8er 8r 9a 3mania
3nushka 3ssand 8r 9a 9o 3vtina 3x1234 5990 76 42000 5112 4alex 5nde 8r 91 7r 8a 8e 8ia 8u 4sandr
2fabeta 4rome 8o 2gernon 2hambra 2icante 3gator 3nochka 3stair 2kaline 2lalone 3black 3eycat 3iance
4gato 8r 4son1 3night 3right 3star1 7s 6te 2mighty 2ohomora 3ysius 2pacino 3ha123 5bet 8a 5man
5omega 6ne 4onse 2skdjfhg 2terego 5native 3itude 2uminum 2varado 1madeus1 3nda11 72 78 669 5ine
3rillo 3terasu 5urs 4uers 2bassador 3er123 3ition 3rosia 3ulanc 2ekpass 3rica1 7n 3thyst 2oremio
2sterda 8m 91 1nabolic 3conda 3konda 3maria 3stasi 8a 8y 9a 3thema 4oliy 2chorag 2dersen 6on 3re123
5as1 5eva 5tti 5w01 612 83 73 6jackie 5y123 4omed 8a 3yandy 4od22 2field1 2gel123 5666 5777 5a12
5eye 5ica 6ka 6na 7e 6qu 8e 6to 5o4ek 6chek 6fwar 3uilla 2hyeuem 2imated 2na1987 78 42000 610 5614
4anna 4bell 8e 4lisa 4mari 3elies 4mari 4tte1 3marie 3ushka 2onymou 8s 3ther1 2teater 4lope 3hony1
72 77 3igone 4lles 4ques 4virus 3on123 5ell 8a 5ina 6o1 6us 4shka 2uradha 2ything 1olsucks
1pocalypse 3kalipsis 3llo11 73 2ple123 5mac 5pie 5s12 6auce 5ton 3roved 1q1sw2de3 2swdefr 2uafina
4lung 4rium 7s 1rabella 3chnid 3gorn1 2cangel 3hange 8l 4ibald 5tec 8t 5ves 3light 3turus 2eyukesc
2gentin 8a 6um 3onaut 2hangel 2istotl 8e 3zona1 2kansas 2lington 2madill 4gedd 8on 7o 8n 3itage
3stron 8g 2rowhea 2schloc 8h 3ehole 4nal1 72 7f 8c 3havin 2t131313 3em123 52010 3iller 4stic 3ofwar
2wpls4u 1s123456 2bestos 2d12345 86 6asd 3asd123 6as 3f1234 85 4asdf 4fdsa 4g123 845 5h01 612 83 6jk
8l 91 9123 4jkl1 7; 4lkjh 4qwer 4zxcv 3qwe123 2fnhg66 2hleigh 5y12 2modeus 2paragus 3irine 2sa1234
4ssin 8s 3clown 4rack 3hole1 72 7s 3licker 4over 3maste 4unch 3word1 2talavista 4roth 3erios 6x1
5oid 3onvil 8la 3roboy 5van 3urias 1thletic 2kinson 2lanta1 6ic 7da 7s 3etico 2reides 2titude 3orney
1uckland 2gsburg 3ust16 6in 6us 2relius 2stin12 631 86 6tx 4rali 8a 2techre 3obahn 4pass 1valanch 8e
3ngard 2emaria 3nger1 7s 4tura 2iation 2ondale 1wesome1 1z123456 2athoth 2erty123 6ui 8op 2sxdcfv
8gb 2webitalia 0b0ll0cks 1abemagn 8et 4ruth 3ushka 3y2000 4baby 5ear 5lue 4cake 8s 4doll 4face 4girl
81 5url 4lon5 6ve 2chelor 3kbone 4door 4lash 4pack 4side 5pac 8e 2dabing 3boy69 3girls 3karma 4itty
3lands 3minton 3naamhere 2erchen 2ggins1 3heera 3pipes 2iley01 612 2jingan 2kayaro 2ldrick 3efire
3ler23 4game 4oons 4park 4sack 3tazar 4imor 8e 2nana12 3croft 3deras 4it12 3gbang 4kok1 4ladesh
2phomet 2racuda 4kuda 4nova 3bados 5ra1 6ia 8n 6os 4wire 3celon 8a 4lays 3eback 4feet 5oot 3itone
3kley1 3nsley 4yard 3racud 8a 3selona 3tende 8r 4lett 2seba11 6l1 7l 81 82 83 4line 4ment 3ketba 8l
9l 3sbass 5oat 4fish 4ingw 4line 4man1 6st 3tard1 7o 7s 2throom 3man01 612 669 699 3terse 4lefield
2varian 2yadera 3liner 3shore 3watch 1bbbbbb1 1cfields 1eachboy 6um 3rbear 4cat1 7s 4shar 8e 3tles1
4rice 3ufort 4mont 4tifu 8l 91 3ver69 4is69 2ckham7 2efcake 3pbeep 3rbeer 5ong 3thove 8n 2hemoth
3older 2lgario 3iever 3la123 5gio 4evue 4sout 3ochka 2ndover 3edict 6kt 4fits 4ssere 3jamin 81
3laden 3nett1 4yboy 3tley1 2renice 3gerac 4kamp 3keley 3liner 3nadet 5rd1 7o 4hard 3serke 8r 3trand
2siktas 3tfriend 3zoptad 2thany1 3tyboo 8p 2verley 1igballs 4lack 5ock 4oobs 6ty 4ucks 5tts 3chief
4ocks 3daddy 81 4ick1 7s 4og69 3fella 4oot1 3gdogg 4irls 4reen 3money 3nasty 3penis 4impi 8n 4oppa
4ussy 3stick 5uff 3tits1 6ts 4ruck 4ymer 3willy 2kerboy 2llabon 8g 4bill 4gate 4iard 5ngs 5ons 4y123
5bob 7y 5joe 2ngbong 4o123 3laden 2ohazar 8d 3nicle 2rdhouse 4land 3mingh 8am 3thday 81 821 999 83
84 85 94 2scayne 4uit1 7s 3exual 3marck 4illa 8h 2tch123 5ass 5edu 8p 6s1 3eme12 669 1lablabl 3ck123
5add 6ss 5bea 7l 8t 7r 8ry 6ir 8d 6ox 7y 6ur 5cat 6oc 8k 5dog 5eye 5haw 8k 9s 6ol 5ice 6e1 5jac 8k
5lab 5mag 7n 6en 5ops 6ut 5poo 5rose 5sex 6he 6ta 6un 5top 3derun 8ner 3hblah 3ster1 5off 2enheim
3ssed1 5ing 2ingbli 8ng 4k182 3zzard 2ondie1 6nka 3od123 4pers 3wfish 4job1 7s 4me69 2ue1234 4army
4ball 8s 5ear 6ll 6rr 8y 5ird 5lue 4devi 5uck 4eyes 4fish 4gill 5ras 4jays 5ean 4line 4moon 4nose
6te 4rose 4sman 5tar 3nt420 1mw325is 430ci 1ob12345 3afett 3by123 5boy 3dylan 3marle 8y 2cephus
2dyhamm 4shop 2eing74 2hemian 2jangle 2llocks 3ogna1 2ndage1 5renko 3efish 4head 4thug 3ghits
2obies1 3galoo 3kcase 4mark 4worm 3mboom 4town 3ndock 3tcamp 4neck 4sman 4yman 2rabora 3deaux 3is123
3nfree 3ussia 2scoe01 3stone 3ton12 3worth 2whunte 3ling1 2y4u2ownnyc 3scout 1r00klyn 2adford 4ley1
4pitt 4shaw 3indea 3ndon0 71 72 3silia 3vehea 8rt 3zzers 2eaker1 7s 5fas 3hznev 3itlin 3ndan1 4tfor
3tagne 4hart 3wster 2ian123 5na1 3dget1 7t 3ghton 4itte 3lliant 3mston 3sbane 3tney1 7s 4tany 81
5ney 2oadway 3ccoli 3ncos1 77 3odwar 4king 5lyn 3ther1 7s 3wncow 5dog 5eye 5ie1 7s 6ng 2ucelee 4kner
3nette 4o123 3ssels 1ubba123 5dog 4legu 8m 6s1 2ccanee 3hanan 3karoo 4eye1 7s 4fast 4shot 5kin 5ter
4whea 8t 2dapest 3dy123 5boy 5cat 5dog 5lee 3light 3weise 8r 4iser 2ffalo1 7s 4ett1 4y123 2gsbunn 8y
2ilding 2kowski 2lgaria 3ldawg 5og1 72 7g 7s 4etin 4frog 4head 4ride 4seye 5hit 4wink 2mblebe 8e
3erang 2ngalow 4hole 3ny123 2ratino 3gundy 3nside 3unduk 2siness 8babe 3tanut 4er01 611 72 2ttbutt
4ercu 8p 6fl 8y 4face 5uck 4head 5ole 4love 4munc 8h 4ocks 5ns1 4plug 1vgthfnjh 1yajhvfnbrf 2nthytn
0c3por2d2 143qpul5rz 1ab4ma99 3aller 3ernet 3ibble 4nboy 5ets 3leguy 3owabo 2chondo 5rro 2dillac
3r14nu 2ffeine 2itlin1 2lamari 5ity 4vera 3culus 5tta 3deron 4well 3endar 3iente 4forn 8i 9a 4gula
4mero 3lahan 5way 4isto 4ofduty 2maleon 4ro69 6ss 6z2 88 3biami 4odia 4ridg 8e 3elot1 5toe 4ron1
3ille1 3pbell 2nadian 6en 3berra 3dy123 5ass 5bar 5can 5man 3nabis 4ibal 4onda 8le 3tona7 4rell
2petown 3ital1 7s 3oeira 3ricor 8n 3slock 3tain1 2ramelo 3denas 4igan 5nal 8s 3e1839 4bear 4free
3lisle 5tos 4os12 5tta 4ton1 3mella 3nival 3olcox 5ina 7e 5yn1 4usel 3pedie 8m 5nte 8r 3rera4 4iage
3ter15 4hage 4man1 4oons 2sablan 8ca 4ndra 5ova 3cades 3ey123 5dog 3hflow 4mere 5one 8y 3per12
3sandr 8a 3taway 4ello 4illo 2talina 5yst 4rina 3daddy 3erham 5ina 7g 5pillar 3fight 5sh1 3herin 8e
4leen 4olic 5use 3lover 3mando 3sdogs 4meow 3woman 2valier 3eman1 3scout 1br600rr 3900rr 1de34rfv
2tnjxrf 4kfyf 2znjckfd 1elebrity 4stia 7n 3lphon 4ular 3tic67 688 6fc 6s1 2ntauri 4rino 4urion
2rberus 2ssna17 2zer121 1fitymrf 2vlehfr 1hadwick 3insaw 4rman 3lleng 8er 3mbers 4eleo 4onix 4pagn
8e 5ion 8s 3ndler 4geit 6me 4ning 4tell 3racte 4coal 4ger1 7s 81 4isma 4lene 6s1 72 5ie1 823 72 73
74 75 76 77 78 79 7b 7s 5ott 8e 5ton 4main 5ed1 5ing 3se123 4tity 3uncey 2eburashka 3ckers 5ing 5mat
8e 5out 3erios 5leaers 4se12 6cake 3lsea0 71 72 76 7f 8c 3mical 5str 8y 3rokee 4ries 3shire 4sman
7ster 4ter1 72 7field 5nut 3velle 4role 8t 4y454 5man 5s10 5z71 3wbacc 8a 3yanne 4enne 2gobndg
2icago1 72 77 4ken1 72 7s 7wing101 3huahu 3lango 4dren 4idog 4lout 3maera 3nacat 5man 4chin 3pmunk
4per1 7s 4ster 3quita 2oclate 4olat 8e 91 3ochoo 3pper1 7s 3uchou 3wchow 2ris123 5bln 5sie 6y1 5tel
7n 7r 6ia 8n 7e 7n 8a 8e 6ma 8s 6of 7p 8he 9er 9er1 7s 6y1 3ysler 5tal 2uckie1 5les 3rchil 8l
1iaociao 2dkid86 2garett 2nderel 8la 4ylou 3gular 3namon 2sco123 5kid 2tation 3ibank 2vilwar
1jkysirj 2rjkjdf 1lambake 3pton1 3rence 4inet 5ssa 4kson 3ssic1 7s 3udia1 6ne 6us 3ymore 4pool 4ton1
2eaning 4vage 3mence 6te 4son1 3opatr 8a 3velan 8d 2ifford 3mbing 3nton1 3ppers 3tlick 4oris 2ose-up
2ubpenguin 3eless 1nfybckfd 2hjbntkm 3trjpf 2jvfnjkju 2tgfirf 1obblers 3ra427 5jet 2cacola 81 3kring
4suck 8er 4tail 3oloco 4nuts 4puff 4rico 2deblue 4name 2ldbeer 4fire 4play 3eslaw 3lants 4ecti 8on
5en1 5ge1 5tte 4ingw 6s1 3ole57 4mbia 4nial 4rado 4ssus 3t1911 4rane 3umbia 6us 2manche 5der
3bat123654 3cast1 3eback 3icbook 9db 5sans 3mande 8r 7o 4ents 5rce 4odor 8e 4unity 3paq12 4lete
4ound 4utador 6er 81 8s 2ncepts 5rto 4orde 7i 4rete 3dition 3fiden 4lict 4used 3gress 3nect1 7i 8on
3quest 3sense 4tance 7t 5ruc 4uelo 5mer 3tains 4ests 4inue 4ortionist 4ract 6st 5ol1 7s 3verse
2okie12 659 6s1 3lbean 8s 4cool 4dude 4girl 4hand 4ness 3rslig 2peland 4nhag 8en 2rdelia 4less
3leone 3nbrea 8d 4elia 4flak 4hole 7i 8o 4wall 3onado 3poral 4sman 3tland 3vet07 6t1 7e 2smopolitan
3tanza 5ric 8a 4ello 3worth 2ttages 2unchac 4tach 5erstrike 5ing 5ry1 5yli 3rtney 81 2venant 5try
2wboys1 72 6up 1rabtree 3cker1 7s 5hea 8d 5sevi 3nberr 3wfish 5ord 3yfish 3zy123 5bab 6oy 5cat 5man
5zil 2eampie 4tine 6on 6ve 81 5ure 3epers 3osote 3scent 2ichton 4ket1 7s 3minal 4son1 3ppler 3stian
8o 6na 3tical 4ters 2jhgbjy 2ockett 4odil 8e 3mwell 3ssbow 5fir 8e 5ing 3ucher 3wnvic 2uiser1 3sader
3zazul 2ystal1 1sfbr5yy 1tdfcnjgjkm 2huttdbx 7yf 1ubbies1 3swin1 2cciolo 3umber 2ddles1 2linary
2meater 3mings 3shots 2ntlick 4soup 2pcake1 2rious1 2stomer 2tegirl 3hbert 3iepie 1vbhyjdf 2tifhbrb
2zefh1gkc 1xfcnkbdfz 5mttcnm 1yberman 5online 5sex 2clones 5ps1 2ecvevhbr 2gnusx1 2jdsvujljv 2nthia1
0d1i2m3a4 2lakiss 1ad2ownu 3dy123 2edalus 2ffodil 2gestan 3obert 2isy123 5dog 5mae 7y 2kota12
2lglish 3las11 72 621 72 6tx 3matio 2mage11 4scus 3ned69 4good 2ngerou 8s 3iel12 83 6a1 6it 6la 7e
81 4jela 4l8098 3ny123 5boy 3te123 4hema 8n 3ville 2pzu455 2redevi 8l 3kange 8l 4jedi 4knig 8ht
4lord 4moon 4ness 5ight 4side 5oul 5tar 4wing 5olf 3thmau 5vad 8er 2sha123 5dasha 4enka 2tabase
4life 5ore 3nigga 2ughter 2vecole 4dave 4yboy 3id123 5kin 5off 5ruiz 5son 2ydream 3light 3tona1
1bjktnnf 2rnjhbz 6jdbx 8yf 1cowboys 2united 1dddddd1 1eadbeat 4head 4lift 4man1 5eat 4pool 4spin
4wood 3th123 5666 5note 5row 5sta 2borah1 2cember 2epblue 4purple 4thro 8at 3rhunt 8er 3znuts 7z
2fender 3iance 6t1 3tones 2lasoul 4ware 3icious 4very 3ldell 3orean 3phine 4iero 3ta123 5force 5one
2mented 6ia 3ocrat 4n666 2nis123 3man85 2pechemode 2rparol 3rick1 2signer 3perad 8o 9s 3tiny1 4roye
8r 5uct 2tectiv 3roit1 2utschland 2veloper 3il666 5boy 5dog 6river 5man 7ycry 9ry4 3o2706 4tion
1fcbkbcf 5mtd 8f 2kmrbhbz 3tynby 8f 2nheirf 1gl70460 1hjnvytyjub 1iabetes 4lo66 86 3mante 4ond1 73
7s 2ciembr 3kdick 4face 4head 4less 4suck 4weed 3tiona 8ry 2etcoke 4rich 2gital1 4view 2lbert1
3ligaf 4weed 2ma1234 85 5993 75 76 77 42000 610 4dima 3ensio 8n 3ochka 4n4ik 2ngdong 3mamma 3osaur
2ogenes 3nysus 3sesamo 2plomat 3stick 2rector 4wolf 3kpitt 3tball 5ike 4yboy 5dog 2sabled 4ster
3cgolf 4iple 4ount 5ver 8y 4reet 3patch 3tance 4rict 4urbe 8d 2vision 3orced 2xiedog 1jg4bb4b 3abbab
2krjlfd 3ujuhfl 1kflbckfd 5vbh 8jdbx 9dyf 1mitriev 1oberman 2cument 2dgeram 6s1 5viper 2gbreat
3fight 3gydog 5sty 8le 3house 3lover 3pound 3style 2lemit1 7e 3ittle 3lface 3omite 3phin1 72 7s
2ma77ns 4inlock2005 3enico 4stic 3inant 6te 7ion 7or 5ic1 7a 7k 6ka 6on 6qu 8e 2nt4get 4know 2omsday
3rknob 2raemon 3omich 4thy1 3tmund 2thedew 2ughboy 5nut 4las1 7s 2wnhill 4load 4town 1raconis 3gon00
71 610 71 72 83 73 621 72 73 666 79 676 77 688 699 6ba 8ll 9lz 6fire 7l 8y 6s1 4race 4ster 2eamcas
8t 5er1 7s 5ing 3ssage 2ifting 3nking 3pping 2jynfrnt 2opdead 4kick 4zone 3wssap 2pepper 2umline
4mer1 7s 5ond 1thjybrf 3yjcnm 2kjcbgtl 2xyjcnm 1ucati99 3kduck 4hunt 4ling 4soup 2dedude 4love
2ffbeer 2keduke 4ster 2mbass1 3pster 2plicate 3ont24 2racell 4nduran 5go1 2stydog 2tchess 5man
1ynamite 4star 1zxtckfd 0eae21157 2gle123 5eye 5one 5s05 2rnhard 8t 3thlin 8k 2stside 4west 5ood
2tmenow 5raw 3pussy 1clipse1 2onomic 1delweis 2gewise 2inburg 8h 2monton 2ucation 2ward12 6ss
1eeeeee1 1fbcapa201 1ggplant 1ightbal 8l 5een 2nstein 3trach 1jaculation 1katerina 1l546218 2aine22
2bereth 2camino 2diablo 3orado 2ectric 6on 8ic 3fante 3gance 3ktrik 3ment1 7a 7s 3nberg 3onora
3phant 3vator 4en11 2fquest 3stone 2isabet 8h 3zabet 8h 91 5veta 2vira26 4s123 1machine 8s 3nuela 7e
2balmer 2erald1 2iliano 2manuel 3itt22 2yeuanh 1namorad 2dymion 2ergize 2forcer 2gineer 3land1
2ter123 5now 5pri 8se 3rance 2velope 3ision 1paulson 2iphone 3sode1 1rection 2iceric 4kson 4sson
1scalade 3orpio 8n 2merald 8a 2oteric 2peranz 8a 3osito 3resso 2sendon 2trella 1ternal1 5ity 2hernet
1uphoria 1vanescence 4geli 8on 2enflow 3rgree 8n 4last 4more 4ques 8t 4ton1 7f 4yday 5one 5thi 8ng
2geniya 2idence 3ldead 2olutio 8n 1xcalibe 7u 8r 3ellen 8t 3hange 3lusive 2ecutiv 3rcise 2perience
9ed 3licit 4oite 5re1 7r 3osure 3ress1 2ternal 3reme1 1yeballs 3candy 0f00tball 115eagle 1abienne
3olous 3regas 4izio 3ulous 2cebook 4fuck 2ilsafe 3rfiel 4lane 4mont 4view 3thful 2kepass 2lcon16 6s1
3lout2 73 3staff 2milyguy 2ndango 3tasia 7es 6ma 6ti 8c 6y1 4omas 6en 2rscape 4ide1 3tface 4ripper
2stback 6ll 4cars 4food 4lane 2tdaddy 3luvr69 3pussy 2ulkner 2vorite 82 85 86 87 88 1cbarcelona
4yern 1earless 3thers 2bruary 2derica 7o 3orova 2edback 3lgood 3tfeet 2licity 3latio 4owes 2nerbahce
2rdinan 8d 3guson 3nanda 7e 8s 8z 7o 4dale 3rari1 72 73 75 4eira 2stival 2tish01 2yenoord 1ffffff1
2vdj474 1gjrfkbgcbc 2tkmcby 1hntv1998 2vfutljy 1iction7 2delity 2ghtclu 8b 5er1 7s 5ing 2libert
4pino 2nalfan 8tasy 3ished 3negan 2reball 5ird 5lad 8e 4figh 8ter 6re 5ly1 4hawk 5ous 4man1 4star
8ter 6or 8m 4truc 8k 4wall 5ire 5ood 6rk 8s 3stone 2sh1234 4bait 5one 4cake 4erma 8n 4face 5ish 5ood
4head 4ing1 4tank 3tfuck 2vestar 1kbyf001 4jxrf 2g7h4f3v6 2mnthyfnbdf 2tdnbyf 3rcfylh 9f 9jdbx 9jdyf
3yeirf 4jxrf 1lagship 3meboy 5nco 6go 4ingo 3nders 3pjack 3sh123 5man 3thead 4line 3wless 2eetwoo
3mming 3tcher 3xible 2htyfkby 2intsto 3pflop 4mode 4per1 4side 2orence 4ian1 5da1 72 3under 3wers1
2ushing 2vbybcnhfnjh 2yers88 1nkfynblf 1ollowme 2ntaine 2osball 3tbal1 7l 81 92 82 4hill 4long 6ve
2rbidde 3d9402 4f150 5250 5350 4truc 8k 3ensic 4play 4skin 5t11 6er 4ver1 3getit 4iven 4otit 6te 8n
3klift 3mula1 3saken 4berg 3tress 4une12 4ytwo 2ucault 3ndati 4tain 3rteen 2xglove 3hound 3trot1
3ylady 1ragment 3ncais 5esc 8a 8o 5ine 6s1 7c 8o 5ois 4k123 5fur 8t 5ie1 5lin 2dfhbev 2eakshow
3ckles 3d1234 4derf 5ie1 5y12 4eric 8k 7k 4fred 4rick 3e4all 4bird 4dom1 72 73 75 77 4fall 5ree
4lanc 8er 7d 5ove 4mail 6n1 4pass 5orn 7t 4ride 4stuff 6yl 8e 4time 4user 4will 3iburg 4heit 3nchfr
6ie 3shman 2fltvbz 2iction 3day13 4olin 3edman 5ric 4ndly 6s1 7hip 7te 9r 2ogfrog 4ger1 5ies 4legs
3inlaven 3nt242 5era 5ier 2uitbat 5cak 1uck1234 4_inside 4edup 5r11 669 4face 5est 5uck 4hard 5ead
5ole 4inside 4love 4me69 6ha 8rd 6now 4off1 4shit 5lut 4that 6eworld 6is 4yeah 5ou! 71 823 72 769 77
2hrfzgc 2jifilm 2llback 4metal 5oon 4sail 2manchu 2nction 3house 3nyman 3stuff 3times 2ssball
2turama 3yn007 2zzball 1yfcnfcbz 3njkbq 3rjylf 2lhjvtlf 4tqrf 2njybyf 2utkbyf 5jxtr 0gabriel1 72 7a
7e 7l 8a 8e 2dzooks 2lactic 6us 4driel 4tasaray 3eries 3laghe 5rdo 6ies 2mecock 5ube 4over 4time
2ndalf1 72 3gbang 8ed 4sta1 7r 6er 3jaman 4ubas 3nibal 3ymede 2rdener 6ia 4iner 3field 3gamel 4oyle
3rett1 4ison 2soline 2tekeep 4way1 72 7s 3orade 5man 2untlet 1bgbcmrf 2hfvblf 2lfhfcs 2packer
1earhead 2ddylee 2ibcnbr 3lesau 2mstone 2neral1 7s 6tion 4sis1 4viev 8e 3iusnet 3ocide 2offrey
3rge01 611 72 5ia1 6na 2raldin 8e 3hardt 3maine 5nia 6y1 3onimo 3rity1 3trude 2sperrt 2talife 3money
3naked 3sdown 4mart 1fccdjhl 2gfvfvf 2hfljrc 3jkm007 612 83 622 6gfhjkm 6xbr 5zytn 3kfvtyn 3nbpfy
2if1991 2xqx686 2yfcjybr 1hbdtn12 83 6br 81 8b 6dctv 6ghbdtn 7jrf 6rfrltkf 3lehjr 6rb 3rjkbcn 6myj
3ywtccf 2hh47hj764 9649 2jcnbnenrf 5j123 6gfhjkm 7hjcnj 6nfr 6rdfibyj 3dthrf 3njnbg 5rjk 3rehfnehf
3uhfvvf 3vtntq 2ost123 5dog 5man 5rid 8er 2tktcnm 3pbltyn 1ianluca 4tess 2bsonsg 2gabyte 2lbert1 7o
3games 3lette 4igan 2nger11 72 3scoot 3uwine 2ovanna 7i 2rfriend 3lfriend 2uliano 3seppe 2veitup
2zmo123 5do1 1jhjctyjr 2kbyjxrf 1ladiato 8r 4ston 3ssman 2endale 4nwei 4wood 2orious 1mctruck
1n56gn56 2asher23 1obigred 3rowns 4uins 2dbless 3dess1 3fathe 8r 3isgoo 8d 5love 3loves 3ofwar
3slove 4mack 4peed 3zilla 2eagles 2forit1 2gators 3iants 2habsgo 2lakers 3dberg 4eney 8e 4fing 8er
6sh 4mine 4orak 4rush 4sink 5tar 4wing 3fball 4cart 5lub 4er12 623 4golf 4ing1 2nefish 3zales 7z
2od12345 7654 4fell 8as 5ood 4girl 4head 4ison 4life 5uck 4ness 6ws 4rich 4stuf 4time 8s 5ogo 4will
5ood 4year 3fball 3gle12 83 3seman 2rdon24 3geous 3illa1 7z 2tigers 3ohell 3yoass 2vernor 1raceful
5lan 3duate 3ffiti 3inger 3ndpri 8x 3peape 4hics 4pler 3sshop 3teful 3ywolf 2eatest 5one 5sex
3edisgood 4n123 5bay 6ud 5day 6og 5eye 5man 5tea 5woo 8d 4ting 3gory1 3mlins 3ndel1 3tchen 3yhoun
4wolf 2idlock 3ffey1 5in1 7s 6th 3mlock 3zzly1 2oupd2013 1sewfmck 2gba368 2xr1000 5100 1tfullam
2htcnhjqrf 2kmvtyb 7m 2nhjdbx 2xtymrf 1uadalup 3rdian 3temal 8a 2derian 2errero 3sswho 2illaum 8e
5erm 3nness 3tar12 6ra 2lliver 2nners1 3sling 8er 4moke 3ther1 1y3yt2rgls 2mnastic 1znybwf13
0habanero 2cienda 2irball 2kkinen 2lflife 82 4moon 4pint 3lmark 4o123 5wee 8n 2mburg1 7e 8r 3ilton
3marby 4erhe 6s1 3radio 3ster1 7s 2ndbags 6ll 5ook 4cuff 4some 4yman 3gover 3nah01 4ibal 4over
3solo1 2ppines 8s 4y123 5boy 5day 8s 6og 5man 5one 2rdball 5ody 4cock 6re 81 4dick 4head 4line 4rock
4tail 5ime 4ware 5ood 6rk 3ley01 611 72 669 3mony1 3rison 4y123 5pot 8ter 3tford 4land 2stings
2tesyou 3field 3teras 4rick 2waii50 6an 3kdog79 4eye1 7s 4moon 4wind 3thorn 2yabusa 4stan 2zelnut
1d764nw5d7e1vb1 1eadache 4case 4less 4shot 3rtless 3ther1 72 7s 5row 4wave 3venly 2dgehog 3imaptfcor
2ineken 4lein 4rich 2licopt 3lbent 4fire 4o123 84 5hel 8lo 5kit 8ty 5man 6oto 5the 8re 5ween 6orld
5you 4rais 8er 4sing 5pawn 4yeah 3pdesk 4help 4less 3sinki 2micuda 3melig 2nderso 8n 4rix1 3nessy
3rique 2rcules 3eford 4wego 3itage 3kules 3mione 3nande 8z 3pderp 3schel 4hey1 2tfield 2ythere
1fcgbplzq 2gcjlbz 1hhhhhh1 1iawatha 2bernia 2deaway 2ghball 5ury 4heel 4land 8er 5ife 4time 4wind
2hje863 2lfiger 3lbill 8y 4side 2story1 2tman47 1jvfyjdf 1obiecat 2ckey10 71 72 699 2gwarts 2lahola
3brook 3einon 3iday1 7s 3land1 4iste 4oway 4y123 5dog 5woo 8d 3stein 3ymoly 4shit 2mebase 5rew 4depo
4grow 4land 5ess 4made 4page 4r123 5sim 4town 4wood 6rk 3icide 2nda250 5cbr 6iv 8ic 6rx 4uras 3ey123
5bea 8r 7e 6un 5dew 5pot 3gkong 3olulu 2oligan 3pstar 6er 3siers 3ters1 2pefull 4less 3kins1 2rny123
5boy 5dog 5guy 5man 5one 3seman 6en 5sho 2sehead 3pital 2t2trot 3babes 3chick 3girls 3pants 4ussy
3sauce 4tuff 3water 4heel 8s 2unddog 3se123 5wife 9s 4ton1 1rvatska 1shfd4n279 1tubcnhfwbz 1ugecock
4dick 4tits 3oboss 2lkster 3lcity 2mberto 4oldt 3phrey 2nter01 611 72 83 4ing1 2rrican 8e 9s 2skers1
4ies1 3tler1 2tchins 1xp4life 1yacinth 2drogen 2perion 3nodanny 1zze929b 0iaapptfcor 2mhappy 3thema
6one 1bill123 5jpf 5tes 1cecream 3house 3man69 1ddqdidkfa 2ontcare 5kno 8w 1forgot1 1gnatius
2romania 1hateyou 1jrjkflrf 1kilz083 1likepie 5sex 5you 2linois 3matic 3umina 4sion 2oveamy 6ss 5god
5her 6im 5jen 5kim 5life 5mom 6yself 5por 8n 6us 8sy 5sex 5you 8! 81 82 2uvporn 2ya1234 5992
1magine1 2issyou 2mortal 2palass 3erator 5ial 6um 3lants 3ossible 2theman 1ncognito 3redible 3ubus1
2dahous 3epend 8ent 3ia123 5na1 7li 6s1 3onesia 2famous 4ntry 3ected 4rno1 3inite 7i 7y 3lames
3ormat 8ion 2geborg 3ram01 2kognito 2nocent 3uendo 2sanity 3ecure 4rtion 9s 3omnia 3pecto 4iron
3tallutil 4inct 3uranc 2tegra1 7l 4lligence 4racial 7t 5course 5est 8s 5nal 7t 8ional 6et 81 5pol
3heass 3imate 3ranet 4epid 4igue 4uder 2uyasha 2validp 4sion 3estor 3ictus 4sible 1qzzt580 1reland1
2ishman 2ondoor 4head 5ors 4maid 8en 6n1 4pony 4road 4tree 1sabella 81 7e 3cs155 2eedeadpeople
2hikawa 2kander 2lander 8s 2tanbul 3heman 1taliano 2dxtyrj 1verson3 1wantsex 5you 1zabella
0j3qq4h7h2v 1ack1234 4ass1 4dani 4jack 4ryan 4son1 72 75 3queli 8ne 2dakiss 2ilbait 5ird 3matadi
2kejake 4ster 2lal123 4peno 2maica1 3es007 5123 5bon 8d 9007 5on1 3ie123 5lee 2nuary1 72 2panees 6se
2redleto 2smine1 72 3on123 3per12 2yhawks 2zzbass 1bond007 1eanette 4nine 4paul 2diknig 8ht 4mast
2epjeep 4ster 2fferso 8n 4jeff 4rey1 2llybea 8n 5fis 2moeder 2nnife1 7r 81 5ngs 4y123 2opardy
2remiah 3icho1 3maine 3onimo 3rylee 3usale 8m 2ssica0 71 72 77 78 7s 3ucrist 4s123 5777 5christ
5islord 2tbalance 1g3h4hfn 2thfnjh 1iggaman 2llian1 2mmy123 2ujitsu 1jjjjjj1 1ledfyxbr 1o9k2jw2
2esakic 2hanna1 6es 3n1234 4athan 4cena 4deer 8e 4galt 4john 4mish 4ny69 699 4paul 4son1 72 5ton
2ker123 2nathan 81 6on 2r23dan 3dan01 611 72 83 622 73 2sefina 4luis 4ph10 72 6in 8e 3hua01 612
2ystick 1rcfyjxrf 1uancarlo 2ggernaut 2lia123 5nna 7e 4e456 5ann 5tte 2mpman23 2nction 3glist 3kmail
4yard 2piter1 72 2rassic 2st4fun 5you 4doit 4forfun 4ice1 5n11 72 6bieber 2venile 5tus 0k1234567
19dls02a 1akaroto 4shka 2linina 2masutr 8a 3ehame 8ha 3ikadze 6ze 2ngaroo 2ppasig 2raganda 4melka
3ishma 3olina 7e 2sandra 3parov 3sandra 2tarina 3elynn 4rina 7ka 3harin 4erin 8e 4leen 3ie123 3mandu
3rina1 2wasaki 2yaking 3leigh 2zanova 5tip 1cchiefs 2j9wx5n 1elly001 5123 5ann 2ndrick 3nedy1 5th1
4wort 4y123 3shiro 3tucky 3worth 3yatta 2vin123 2yboard 3stone 1fcnjxrf 2vgjxrf 1ickass1 4flip 4sass
2kimora 2lkenny 3labee 4bill 4emall 5r11 72 83 623 666 86 699 6be 4ians 4kill 4zone 2mber45 6le 7y
81 2ndbuds 4ness 3g1234 4dom1 4fish 8er 4king 5ong 4rich 4size 5ley 5ton 2rill123 3kland 4wood
2ssarmy 4kiss 4myas 8s 2tty123 5cat 5kat 1jrjvjnbd 1leopatra 2imenko 3ngon1 2ondike 3otzak 3pklop
1nickerless 7s 2ockers 5out 3wledg 8e 2uckles 1ochamcie 5nie 2daira52 2etsu13 2kakola 2lovrat
2marova 3puter 2ndom25 3fetka 3stantin 2rdell1 3oleva 2shechka 2teczek 2valenko 1rasnodar 4otka
2isten1 5ian 6n1 7a 7e 7ka 5jan 2okodil 1tnj2010 2ybyuhfl 1ukuruza 4shka 2leshov 2rosaki 2sanagi
0l58jkdjp! 18g3bkde 1abrador 2crimosa 4osse 2dybird 5ug1 4ffesta 4gaga 4luck 2etitia 2grange 3wagon
2keland 4rs24 632 74 4side 4view 4wood 2lakers 4land 2mbchop 4orghini 4rett 2ncaste 8r 4elot 3dlord
4mark 4rove 8r 4scap 3guage 2pdance 3ochka 2racrof 8t 3ry123 2serjet 3ombra 3tochka 4time 3vegas
2titude 2ughing 5ter 3rence 3sanne 2valamp 3ender 2wrence 1bfyjxrf 2htrnjh 1eapfrog 3rning
3vemealone 2bedeva 3owski 3ron23 2dzeppelin 2edsutd 2ft4dead 4hand 2gendary 3lover 3oland 2iceste 8r
3ghton 2kbyxxx 2mmings 3onade 2n2ski1 3a2010 3ingrad 3ochka 2onard1 7o 4idas 3poldo 2rochka 2sbian1
7s 2titrid 3mein0 71 72 82 73 76 77 79 7n 8ow 5see 3sdoit 4fuck 4play 2velone 3iatha 8n 2xingky 6to
1fitymrf 1hbjkjubz2957704 1iberate 5tad 6y1 2corice 2fehack 4isgood 4suck 8s 4time 2ghthou 8se 5ing
5nin 8g 5sab 8er 2ldevil 3wayne 2mabean 4peru 3erick 4wire 3pbizk 8it 2ncoln1 3da123 4say1 5ey1
3eage2 3gerie 2onhear 8t 4king 4lion 2pinski 3stick 2salisa 2thium1 3tlebi 7o 6ma 8n 6on 6ton
2veevil 4life 4rp00l 6oo 8l 91 5une 4wire 2zaveta 1jxtymrf 1obster1 2cation 3hness 3kdown 4erroom
4heed 4smit 4wood 3oloco 4man0 2gistic 4tech 3latin 2islane 2kiloki 3omotiv 2l12345 3lipop 4ypop
2mbardi 2ndon11 72 622 699 3esome 5tar 4wolf 3gball 5eac 8h 4dick 5ong 4hair 5orn 8s 4john 4legs
4shot 4time 4view 4wood 3sdale 2okatme 3phole 2redana 4nzo1 3raine 2sangel 8es 3er123 3t4815162342
4love 4soul 2tus123 2ve1234 42000 611 44ever 4able 4bird 5oat 4craf 4feet 4girl 4hate 5urts 4islife
4less 5ife 5ove 4me89 4porn 5ussy 4rboy 5gir 5man 4sexy 5porn 5tory 4tits 4you1 72 2wrider 1sdlsd12
2ia9dnb9y 2utiger 1thgfhjkm 1ucas123 3ifer1 3ky123 5777 5boy 5cat 5dog 5man 5one 2dacris 2nchbox
2ojianhua 2scious 2v2epus 4fuck 3pussy 1vbnhbq1 2jdp383 1ysander 2udmila 1zbs2twz 0m1234567
16cjy69u35 1acarena 5oni 3daddy 3gyver 3hine1 7s 4oman 3intos 8h 3kdadd 4enzi 8e 3san26 2dagaskar
4la11 3dison 3elein 8e 5ine 3house 3ison1 72 3onna1 2gazine 3dalen 8a 3ellan 3gie11 72 6ma 3ic123
5ian 5man 4ster 3navox 4etic 4olia 2halkit 8a 2ilcreated5240 3nland 4tain 2jestic 3inbuu 2karova
4veli 3eitso 4ksa11 4love 4mone 8y 3simka 6us 2lamute 4ysia 3colm1 3dives 3ishka 3lard1 4orca 4rats
2ma1234 4bear 4cita 4papa 4sita 3mamia 3ochka 2nagement 6r1 3chest 8e 9r 3darin 4ingo 4olin 4rake
4y123 3hatta 8n 3ifest 4toba 3nheim 4ing1 3power 3unite 8d 3whore 2pet123456 3lelea 2radona 4jade
4thon 4uder 3bella 3cella 7o 4iano 5us2 4opol 8o 3garet 6it 8a 4osha 3ia123 5chi 5jos 5nna 7e 4ella
7e 5tta 4gold 4juan 8a 4llio 5yn1 4ners 6s1 5o13 4o123 4posa 4shka 5sa1 4time 3jorie 3k1234 4etin 8g
4mark 3lboro 3melad 3riage 5ott 3seill 8e 4hall 3tesana 4in11 72 6a1 6ez 6i1 3yanne 4beth 4jane
4land 4mary 2sahiro 4mune 3erati 3h4077 4a123 3on123 3ter01 610 71 72 83 622 73 669 699 6baiting 8te
9ing 6ca 8rd 7h 8ief 6key 6lo 6mi 8nd 6of 6s1 4urba 8tion 3yanya 2tahari 3chbox 3ematika 4rial
3hilde 3rix12 3t1234 4hew1 72 77 78 79 7s 5ias 6eu 4ingl 4matt 2urice1 6io 5zio 4olarastefy 2verick
81 8s 2xim1935 5ili 8an 5us1 3payne 4ower 3well1 2yberry 3field 3nard1 2zafaka 4haka 3da323 5626
5rx7 78 3inger 1ccarthy 2donald 8s 4well 2fadden 4rland 2gregor 2intosh 2kenzie 3inley 5ney 1eandyou
3tball 4head 4loaf 2chanic 8al 2dellin 3icina 7e 4eval 4tate 3vedev 2gabyte 4deth 4manx 4pass 4tron
2lanie1 3bourn 3chior 3inda1 4ssa1 72 3lissa 3tdown 3ville 2morial 6es 3phis1 3yself 2owmeow 2phisto
2rcedes 81 4hant 4urio 6y1 77 3edith 3idian 3lin01 612 669 3maids 3sedes 2ssenger 2tal666 5gear 5ica
5lic 8a 91 5man 3hodman 3ro2033 5pol 8is 2vefalkcakk 2xicano 1ichael0 71 72 73 74 75 76 77 78 79 7a
7c 7d 7j 7s 4ele1 6in 6le 81 6ob 4igan 3k7278 4eymouse 3rolab 5phone 5sof 8t 2dnight 81 2ghtymo
2ke1234 4mike 4y123 2lagros 4mber 4shka 3ehigh 4nium 3house 3itary 3kbone 4shak 4yway 3leniu 8m 6ni
8um 5r31 6li 4igan 5on1 7s 4wall 3wauke 2mi92139 2ndless 3e2306 4craft 4mine 3idisc 4moni 4ster 6ry
3nesot 8a 3otaur 3strel 2racles 4nda1 3eille 3onova 4slav 2schief 3fit99 3iaczek 3sion1 5ssi 8ppi
4kitt 8y 4ouri 3tress 4y123 5dog 2tchell 3subis 8hi 3tens1 2zredhe 1nbvcxz1 1obbdeep 3ydick 2delsne
2hammad 6ed 2jojojo 2lly123 5cat 5dog 2m4u4mm 3entum 3sanaladventure 2nalisa 6za 4mour 3day12 3ey123
54me 5bag 5mak 8er 7n 6oney 3golia 5ose 3ica69 4que1 3key01 610 71 72 83 73 622 669 677 699 6bo 8y
6ma 8n 4fish 3mouth 3olith 4poly 4rail 3ster1 72 7s 3tagne 6ue 5na1 4ecar 8lo 5rey 6re 4gom240 7e
4real 5ose 4y123 2okie12 3nbeam 4glow 4ligh 8t 4shin 8e 5tar 3sehea 5man 2rebeer 4head 4land 4mone
8y 3iarty 3kovka 3ozova 3pheus 5ine 3rigan 5son 6se 4owind 3tgage 4icia 5mer 2squito 3twanted
2tdepasse 3herfu 8ck 9ker 6lode 3ivate 3ocros 8s 4rcyc 5hea 8d 5ola 2unta1n 6in 3sepad 2werman
1rbrownx 8x 3ungle 1uaythai 2dhoney 3vayne 2enchen 2ffdive 2hammad 2irhead 2lberry 3ligan 3timed 8ia
5plelo 5syn 8c 2nchies 5kin 2rmansk 3zilka 2shroom 3ic123 5ian 5man 3tang0 71 72 73 74 75 76 77 78
79 7g 8t 7s 1wq6qlzo 1y3girls 2family 3riend 2mother 2nameis 3ewpas 2passwo 8rd 2secret 3pace1
3terio 4ical 2xworld 84 0nacional 2dezhda 2kamura 2meless 2ncy123 2poleon 2ruto12 83 2scar20 74 688
699 3hvill 8e 3tenka 4yboy 5man 2talia1 6e1 6ya 4s666 5cha 5ha1 72 6ka 3edawg 5ogg 3halie 5n12 6ie
8l 3ional 2ughty1 7boy 3tilus 5que 2vigato 8r 3yblue 4seal 2zareth 1buhtyjr 1cc1701a 7d 7e 374656
1ebraska 2cklace 3romancer 2derland 2edforspeed 2fertiti 2gative 2mesis1 3rac58 2tscape 3video
3work1 7ingpe 7s 3zwerk 2utrino 2veragain 5die 5land 5min 8d 6or 8e 2wcastl 8e 3haven 4ouse 3jerse
8y 3life1 3order 3pass1 76 7word 4oint 5rt1 7s 4roject2004 3start 5yle 3world 3york1 3zealand
2zabudka 1fvthkfy 1icetits 3holas 81 3k1234 4laus 4name 5ick 4olas 3olas1 2etzsch 2ghthaw 8k 5man 7r
8e 5owl 5win 7sh 6olf 2hao123 2kita123 5ina 3olaev 8a 6us 2nanina 3eball 4inch 4teen 3tendo 2rvana1
2tehawk 1jdevils 1oaccess 2chance 3turne 2hack04 2kia123 53230 750 6310 55130 6228 730 6300 710 6530
6800 56120 6233 6300 83 57610 58800 5n70 73 695 2limit5 78 79 7s 2name123 3capa0 3enone 3membe
3rev67 3sense 2passwo 8rd 2rcross 3mandy 3thern 5sta 5wes 2sferat 8u 3tromo 2tagain 3e1234 4book
3hing1 3oriou 8s 3redam 8e 3tingh 2unours 2vartis 3ember 6re 3ifarm 4kova 2wayout 3wowtg 1thvbyfnjh
2ktdbpjh 1umberon 4nuts 2tshell 3tertools 1wo4life 1ygiants 2knicks 2yankee 0oakland1 3ridge
1blivion 2sidian 3olete 1c247ngucz 2eans11 2tavian 3ober1 72 4puss 1dysseus 1fficial 3shore 4prin 8g
1hiostat 8e 1klahoma 2tober7 1ldschoo 8l 4mobi 8le 4pice 3timer 2egnaruto 2iveira 5oil 5tti 1mega123
5man 5red 2sairam 1nelove1 3piece 2lyone4 2theroc 1pelastra 3n1234 4door 4open 4sesa 8me 4wide
3ratio 8n 6or 2opop11 2timist 4plex 1qglh565 1range12 644 677 6s1 2iental 3flame 3ginal 2lando1
1sbourne 2car123 5dog 1u8124me 2tdoors 3sider 1verdose 4kill 4land 5oad 6ok 6rd 4ride 4time 5ure
1zlq6qwm 0p0015123 2o9i8u7 1455w0rd 2ssw0rd 5ord 1@ssw0rd 1a55w0rd 5ord 2cific1 7a 7o 3kard1 4ers1
74 2ganini 2inkiller 4less 4tbal 8l 5er1 5ing 2kistan 8i 2ladin1 3estine 3lmall 3metto 4tree 3oalto
4mino 2nasoni 8c 3cakes 4hito 3dora1 3orama 3tera1 4her1 72 7s 4ies1 4yhos 8e 2pabear 4mama 4roach
3erboy 5cli 6ut 5ino 3ichul 4llon 2rabola 4chut 4digm 6se 5oxx 4llax 4medi 8c 5ore 4noia 7d 4site
3is123 3kside 4view 3lament 4iament 3ol123 5999 5parol 3sifal 3tizan 4ners 4ytim 2sadena 3quale
3s1234 5word 4code 4find 4ion1 7s 4mast 8er 4pass 5ort 4thie 4w0rd 81 5ard 5erd 5or1 7d 80 90 91 81
90 91 92 923 9234 93 82 93 83 84 85 86 99 87 88 89 99 8s 7t 2tagoni 3ches1 3erson 3hetic 4find 8er
3ience 3ricia 7o 6k1 72 77 78 79 5ot1 7s 5zia 4ycja 3terso 2ul1234 4chen 4ette 4ina1 4paul 2vement
3ilion 2yton34 1dtpljxrf 1eaceful 5out 4hes1 72 3nutbutter 3rljam 4tree 2bbles1 2dersen 3igree
3ro123 2ekab00 6oo 2gasus1 2mbroke 2ndrago 8n 4ulum 3elope 4trating 9on 3guin1 7s 3is123 3mouse
3nstat 8e 4ywis 8e 3tagon 4hous 4ium1 72 73 74 2pper01 612 83 676 6oni 3si123 5col 8a 5max 5one
2rcival 3egrin 3fect1 7o 4orma 3icles 3nille 3shing 4onal 3tinant 3vasive 4ert1 2scator 2ter123 5bil
8t 5nor 8th 5ose 5pan 5sen 6on 3rovich 6na 1fchfytw 2eiffer 1haedrus 3ntasm 5om1 72 7s 3rmacy
2easant 2ialpha 3ladelphia 4ippe 6s1 4lesh 5ies 6p1 7s 4mont 3sh420 2oenix1 72 77 3toman 2ydeaux
1i314159 2anoman 3zza31 2casso1 3kles1 3tuers 5res 2edmont 3honkii 3rcing 2kachu1 2ligrim 3ot123
2mpdadd 8y 4shit 5ter 2neappl 8e 4cone 4tree 4wood 3ggolf 4pong 3kfloy 8d 4puss 3nacle 2oneer1 7s
2peline 3pen33 2ramida 7e 4tes1 3rello 2stons1 2tbull1 7s 3chers 3tbull 4sbur 8gh 2zza123 5hut 5man
5pie 1jcgujrat 2flkork 1lanning 4ters 3stic1 7s 3tform 4inum 4ypus 3yball 5oy1 72 7s 4er69 4girl
4hard 4mate 4offs 4stat 8ion 9on3 4time 2easant 5eme 5ure 2okijuh 2umber1 5ing 2ymouth 1mdmscts
1oiu0987 41234 2kemon1 82 93 4rface 4smot 2larbea 8r 5is1 5oid 3ice22 4tics 3niypizdec0211
9dec110211 3o1234 4polo 2ntiac1 2ohbear 3l6123 3ntang 3pface 4head 4poop 2pcorn1 3sicle 2rkchop
3n4life 4king 4love 4o123 5gra 8fia 8phic 5man 4pass 5orn 4site 5tar 3sche1 79 811 3tland 4smou
4ugal 2seidon 3itive 7o 3sible 3tov10 800 2tatoes 2unding 3rquoi 2wer123 5ade 5boo 5ful 5mac 7n
1pspankp 1ractice 3shant 2eacher 3cious 81 3dator 3gnant 3lude1 3miere 3ntice 3sario 4iden 8t 4sure
4tige 5on1 3ttybo 8y 6girl 2idurok 3maver 8a 4etim 8e 921 4rose 3ncesa 7s 81 8a 6to 8n 5ipa 7e 4gles
4ter1 7s 5ing 3ority 3scill 8a 4oner 3vate1 3yanka 2oblems 3digy1 4ucer 6ti 3fesor 6sional 7o 8r
3gramm 8er 5ess 3methe 8us 3perty 4hecy 3spect 6ro 4tock 3tocol 5type 3vence 5rbs 4iden 7r 2udence
3frock 1sychnau 8t1 3locke 1tfe3xxp 2ybnxtvgbjy 1uertorico 2funga7782 2llings 2mpkin1 7s 2nisher
3krock 2ppydog 2ravida 3chase 3ple12 2ssy123 54me 5cat 5eat 8er 5fuck 5lic 8ker 7p 6ov 8er 5man
5pussy 1xx3eftp 1yramid1 7e 7s 0q1234567 88 99 990 2q2q3q4 8q5 2w2e3r4 8t 95 95y6 95y6u7 95y6u7i8
12w3e4r5 18zo8wzq 1awsedrf 8tg 2z12345 86 6wsx 4wsx2 3edctgb 3wsx12 83 6ed 8c 91 912 9123 9rfv
9rfvtgb 3xcvbn 4sw12 83 621 6ed 8c 9vfr 1cmfd454 1pful542 2woeiruty 1q123456 8789 2qq1111 4qqq1
3wwweee 1uagmire 3lity1 3nt4307 9s 5um1 3ttro6 2eenbee 3stion 2icksan 6il 8ver 1w123456 4er34
2aszx12 83 2e123asd 6qwe 6rty 3asd12 83 6zx 8c 91 9123 3dcxzas 4sazxc 3qwe123 3r1234 85 44321 4asdf
8zxcv 4fdsa 4t123 84 95 554321 5asdfg 5y00 72 610 71 72 83 94 945 9456 9456789 73 62010 71 72 6321
666 86 677 87 78 688 79 699 6asdfgh 6u1 78 7i 8o 9p 9p1 9p123 6ytrewq 4zxcv 0r2d2c3p0 7o 13ady41t
14e3w2q1 1acecars 3helle 2dagast 3iance 5tor 4ohea 8d 5man 2ffaele 4erty 2gnarok 2iders1 3lroad
3nbow1 72 76 7s 4drop 4tree 4yday 3stlin 2mbo123 3mstei 8n 3stein 2nchero 3dolph 3ger01 611 621 699
6s1 79 2punzel 2sengan 3pberr 8y 4utin 3ta220 5fari 5man 2ttolo58 2ven123 2wiswar 2ymond1 2zdvatri
3orbac 1b26dett 1dfhnbhf 1eaction 3dy2go 3ldeal 4good 4madri 9d 4time 3nimator 2bbyt34 3ecca1
2ckless 3overy 2d12345 3alert 3barch 6on 4eard 4irds 3cloud 4ross 3devil 4rago 8n 4warf 3eemed 7r
3green 3head1 7s 4ouse 3knapp 3light 3neck1 3rider 5ver 4oses 5ver 3shift 4kin1 7s 4ox04 4tone 6rm
3truck 3wing1 7s 2giment 4nald 4onal 4ster 2indeer 4hard 2liable 5nce 4gion 3oaded 2member 3ingto 8n
2negade 2porter 3ublic 3ytwjd 8f 2quired 2rehepf 3fhfxf 5tre 2search 3ident 3ource 3ponse 3tless
2tarded 2velation 4rend 3iew69 6pa 4val47 3oluti 8on 5ver 2ynolds 1fgbnjirf 2hbyjxrf 3ectkm 3fntkm
4ufylf 4vtkm 8rf 4ylfi 3jkbyf 3lbyfk 3njirf 2kmrekznjh 2nfcnhjaf 4gekmnf 3thbyf 7rf 4ymrf 2pfynbg
2vbrflpt 3fcenhf 1hapsody 2bcnbyf 7jxrf 2fcfdbwf 6xbr 4jnrf 3dxtyrj 2iannon 2jrjlbk 2tdtlrj 1icardo1
3cardo 3flair 3hard1 72 77 7s 4land 4mond 3kster 3ochet 2ffraff 3leman 2ghtnow 2kimaru 2leydog
2ncewin 8d 2verrat 5sid 8e 1jcntyrj 2dfktyrj 2hjkmbien 5tdf 2irfrgbde 2ntyjxtr 2yatnrf 3cnfynby
1kfdbfnehf 2tjgfnhf 1lzwp503 1oaddogg 4kill 6ng 4runn 8er 4star 6er 2bert12 6a1 6o1 6s1 3inhoo 8d
5son 3otech 5ics 2chdale 4elle 5ste 3kbott 4et88 6ma 8n 4fish 5ord 4hard 5ead 4nrol 8l 4port 4rock
6ll 4star 4well 4y123 5boy 5dog 2derick 3rigue 8z 2flcopter 2ger123 2lltide 2man123 5222 5ova 5roman
5tic 7k 4roma 4shka 3eo123 2naldinho 6o1 77 79 2odypoo 3ster1 7s 3tbeer 4edit 2salind 3ebowl 5ud1 7s
4mari 8e 7y 4rose 4wood 2tterda 8m 4weil 2unders 1salinas 1t6ytere 1uffryde 2lesyou 2nescape 2sh2112
4more 4rush 3sell1 4ian7 4land 3ty123 5dog 2thless 0s456123789 1aab9000 2bbath1 3otage 3rina1
2cramen 2diedog 2gitari 2ilboat 4fish 4ing1 4ormoon 2lamand 8er 8ra 4sana 3esman 3ly123 3tanat 4lake
4ydog 3vador 5tio 8n 6or 8e 2madams 4ntha 81 3my123 5boy 5dog 3pson1 3sung1 823 72 3urai1 2nandreas
3dberg 4iego 4man1 7n 4okan 5val 4rine 5ock 4wich 4y123 5dog 3geeta 3ity72 89 3pedro 3tacru 8z 4iago
2opaulo 2pphire 2rah123 4jane 5evo 4sara 5ota 4toga 2sha123 84 6995 86 52010 5_007 2tan666 5a666
3ellit 8e 3riani 3urday 2un24865709 4ders 3sage1 7s 2vannah 4tage 3e13tx 2xophon 2yangku 1c0tland
2andinavian 3recro 8w 4face 81 4let1 7t 2haefer 4stie 3eisse 3iffer 3lampe 4umpf 3napps 4ecke 5ide
8r 4uffi 3ooner 4rsch 3ubert 4mach 8er 3wartz 2imitar 3rocco 3ssors 2ooby12 6do 8o 4ter1 72 7s
3relan 4pio1 77 7n 8s 3tland 4sman 4t123 5ish 3ubidou 2rabble 4mble 4nton 4pper 4tchy 3eamer 4wbal
5you 3ibble 3uffy1 2ubadiv 5pro 1d3lpgdr 2sadee23 1eagrams 6ve 4ulls 3hawks 4orse 3lteam 3rcher
4ock6 3shore 3ttle1 2bastia 8n 91 7e 8n 2cret12 83 3tion8 3urity 81 2ductive 2gblue2 2infeld 2menova
3inole 8s 3perfi 4rini 2nators 3ha123 3satio 3tinel 2phirot 8h 3tembe 8r 7r 3ultur 8a 2raphim
3ega123 4nade 5dip 5ity 3gbest 4eant 5evna 5y123 3solution 3vice01 71 7s 2ssions 2ttlers 2vastopol
3en777 5dus 5of9 5tee 8n 6y7 4rine 3ilia1 2x12345 3isfun 3lover 3machine 3sexse 4lave 3y1234 4babe
7y 5east 5itch 4feet 4girl 4lady 5egs 5ove 4mama 4sexy 1fgiants 1h4d0w3d 2adow01 611 72 812 83 73
669 699 6fa 6ma 6s1 3mrock 3ne123 5y14 4ghai 4nara 5on1 3olin1 3ringan 4kman 2earer9 3epdog 3ffiel
8d 3lley1 3males 3pherd 4pard 3rbert 4idan 4lock 4man1 4wood 3tland 3vchenko 2inigami 3pping 4yard
3rley1 3tball 5ird 4face 5uck 4head 5ole 4shit 2ock123 5ing 3oter1 7s 5ing 3pping 3rtsto 3tgun1 7s
4okan 3wboat 4case 4time 2redder 3ike01 2utdown 2ygirl1 1ibelius 4rian 2ckness 2dekick 4show 4ways
5ind 8er 2emens1 2gmachi 3sauer 2lencer 3icone 3lyboy 3ver11 72 6ad 8o 6fo 6st 2mba123 3on123 5say
3pson1 7s 2nclair 3fonia 3gapor 8e 3ister 2ouxsie 2thlord 2xtynin 8e 1k84life 3board 3ordie 2ateboa
8rd 2eeter1 3leton 7r 2inhead 3pjack 4per1 5ing 3ttles 2orpion 839 2ydiver 3line1 3pilot 3tommy
3walke 8r 1lacking 3mdunk 3pnuts 4shot 3veboy 3yer66 86 79 2eepers 5ing 2ickric 3med123 4shad 8y
3pknot 81 8666 4pers 7y 2ovakia 3whand 4poke 4ride 2utwife 1mackdow 8n 3llfry 5vil 8le 3rtass 5ies
3shing 2eghead 2ile123 3rnoff 6va 3th123 5ers 2oke420 5dog 5weed 3lensk 3ochie 4thie 2uggles
1nakeeye 5man 3pper1 4shot 2eakers 2ickers 81 3ffing 2oogans 5ins 4pdog 8g 5y12 3wball 5ird 5oar 8d
4drop 4flak 8e 4man1 2uggles 1obriety 2ccer10 71 72 73 74 75 76 77 620 71 72 699 3hi2014 3rates
2ftball 4tail 4ware 2jdlg123aljg 2kolova 3rates 2ldier1 7s 3idsnake 4tari 5ude 3nishko 3stice 3ution
2mebody 4rset 4thin 8g 5ime 8s 2nechka 3gbird 3ic123 3nyboy 3y1234 4ericsson 4fuck 4sony 4vaio
2oners1 2phie12 3ranos 2rcerer 3rento 2so123aljg 2ulmate 3thend 6rn 5par 8k 7w 5sid 8e 1pacebar 6oy
5man 3ghetti 3lding 3mspam 3nking 3rhawk 4kles 5y12 4tacu 6n1 817 7s 5icu 2eaker1 7s 3cial1 7k 7s
4trum 3eding 5rac 5way 3lling 3ncer1 2ider12 6ma 8n 91 3ke123 3nning 3tfire 2latter 3endid 3inter
4tter 2ongebo 8b 3onman 3rting 5ste 2rewell 3ing99 6er 6field 6st 5kle 5ter 3ocket 2urrier 2yglass
1quadron 3eaker 4rting 3irrel 5ter 1rilanka 3nivas 1sptx452 2sssss1 1tafford 3irway 3lingrad 4ker1
4lion 5one 3mford 4pede 3ndard 4ford 4islav 4ley1 3rbuck 8s 4craf 8t 4dust 4fire 6sh 5lee 5uck 6ry
4gate 6ze 8r 4ligh 8t 6ng 6te 4ship 5tar 4t123 5rek 4war1 7s 81 2ealth1 4mboa 3eler1 7s 81 5hea 5man
3fania 7e 3inway 3llina 3panov 8a 4hane 7i 8e 5en1 7s 3rling 4oids 3ve123 3wart1 2ickman 3ffler
3gmata 3letto 3nger1 5ray 3rling 2ocking 8s 5ton 3necol 8d 5wal 8l 3ppedby 2raight 4nge1 7r 6le 5nik
4tegy 5for 5oca 5ton 4wber 8ry 4ycat 3eaming 4etball 4koza 4ngth 3ider1 4ker1 4nger 4pclub 5per 8s
3oller 4nger 3ummer 4tter 2udent1 7s 4io54 4muff 3rgeon 3ttgart 1ublime1 3marin 8e 4issi 3urban
3woofer 2ccess1 4ubus 3kcock 4dick 4it69 4meoff 5ydick 4this 2garbea 8r 5ray 2icidal 3koden 2llivan
2mmer00 71 75 76 610 71 72 620 669 699 6ti 8me 2ndance 4erla 8nd 5vil 3flowe 8r 3ghile 3light 3ny123
5boy 5day 3rise1 3shine 81 2per123 5bad 6ee 6ow 7y 5car 5dog 6up 8er 5fly 5gir 8l 5ior 5man 81 82
8boy 7r 6en 5natural 6ov 8a 5puper 5sex 6on 8ic 6ta 8r 5tra 5visor 3port1 2reshot 3fboar 4ing1
3prise 3round 3veyor 4ival 6or 2spende 2zanne1 1veta123 4lana 7ka 1wallows 3mpfox 2eetass 5girl 5hea
8r 9t 5ie1 5nes 8s 5pea 3tlana 2immer1 5ing 3ngers 5ing 2ordfis 8h 1ycamore 2lvania 4este 8r 2mphony
2ncmast 8er 2racuse 2sadmin 3tem32 0t34vfrc1991 2fkvkmj 1abbycat 2cobell 3tical 2ekwond 8o 2gheuer
2ilgate 2jmahal 2kamine 3e8422 4down 4hana 2liesin 4sman 2merlan 3pabay 3wsn3sja 2nechka 3gerin 8e
3staaf 3zania 2rantul 4sova 3heel1 7s 2shkent 3mania 2tooine 2ylor12 2zdevil 3mania 1eacher1 3mwork
3party 3rdrop 2chnics 6ques 5olo 8gy 3ktonik 3umseh 2ddy123 5bea 8r 2enager 4girl 2iubesc 2lecast
4fono 4mark 4phon 8e 5ort 4visi 8on 6zor 2mp1234 4est1 4late 4oral 7r 8y 4pass 4tress 2nerife 3nesse
8e 4is12 2quiero 5la1 6la 2resita 3minal 7t 8or 6us 3rance 5pin 4ence 4ible 5ers 2st1234 4ibil 5cle
5ng1 823 4pass 4test 2xas123 1haddeus 3iland 3natos 4kgod 5you 3tcher 2ebeach 6st 4lues 3clash 5own
3devil 4oors 3flash 4orce 3game1 4host 4irls 4reat 3joker 3last1 3master 5tri 8x 3odore 4logy 3raven
4esa1 4ock1 3saint 3tachi 4hing 4ruth 3world 2inking 5pad 3rdeye 4teen 3sisit 6me 4suck 8s 2omas01
612 83 4pson 3r5200 4nton 4sten 2rasher 3eesom 3iller 2uglife 3mbnils 4per1 3nder1 72 75 77 7b 8ird
7s 3rsday 5ton 1iberian 6um 7s 2ckleme 5ing 6sh 4tock 2ffany1 2ger123 5cat 5lil 5man 5paw 5woo 8ds
3ger01 612 669 3htass 3renok 2mberwo 3ebomb 4less 5ine 5ord 4pass 5ort 4warp 3othy1 4xa94 2nfloor
3horse 3kerbe 8l 9l 2ramisu 2tanic1 6um 3leist 4over 3snass 1kbpfdtnf 1m371855 2jxn151 1ogether
2kenbad 3iohotel 2mahawk 4toes 3bston 8e 3cat14 3my123 5boy 5gun 3orrow 3servo 3waits 2nyhawk 4tony
2olshed 4time 5ool 3narmy 4porn 3short 4weet 2pdevice 3flite 3olino 3secre 8t 2riamos 3nado1 3onto1
3rance 3toise 2shiba1 2talwar 3tenha 8m 2uchdow 8n 5ing 3ghguy 3louse 2wnsend 1racker1 4tors 3der12
3fford 3ilers 4ning 5man 3nmere 4sam1 5exual 5fer 6or 8mer 9ers 5lator 5por 8t 3pdoor 3shman 3veler
6le 5sti 4olta 2easure 3efrog 4house 4tops 5ree 3spass 2fnthbyf 2iangle 3bbles 3force 3gger1 3llian
3nidad 5tro 8n 6y1 73 3plets 4ping 3stan1 3umph1 2ojans1 3mbone 3oper1 7s 3pical 3uble1 7s 4sers
4tman 2ucker1 7s 5ing 3eblue 4love 3ffles 3jillo 3mpet1 7s 3sting 5n01 6o1 7o 8ne 2yagain 1ubitzen
2czno18 2jazopi 3heirf 2nafish 2rbodog 3key50 1vxtjk7r 1wilight 3nboys 3sted1 6rs 2ogirls 1yler123
2rik123 0ufhvjybz 2kfrnbrf 1hbujhbq 1iegu451 1kflbfnjh 5jkec 1ltimate 3raman 1mbrella 1nbelievable
2cencored 2dercover 5dog 5gro 8und 5par 5tak 8er 6ow 5wear 6oo 7r 8ld 2forgiven 2icorn1 7s 3versa 8l
7e 7i 8ty 2known1 2limite 8d 1rsitesux 1sername 2marine 3c0311 41775 2uckballz1 1tahjazz 2juhfabz
3vtnhbz 2yyflbq 0vacation 2gabond 2ldemar 5pen 3encia 5tin 8a 8e 8o 4rie1 6ya 3halla 3kyrie 3leywa
2mpire1 7s 2ncouve 8r 3damme 3essa1 3guard 3halen 3quish 3yarespekt 2radero 3iable 2seline 3ileva
5isa 2toloco 2uxhall 2z21099 1bhjckfdf 2itymrf 1egas123 2hpbkrf 2locity 2ndetta 3ezuel 3om121293
2racruz 3batim 3geten 3itech 4zon1 3mont1 3onica 6ka 3tical 3ycool 4good 8bot 4nice 2tteman
1fhbyjxrf 3ecmrf 3nsirf 3ufhbnf 3vtkfl 2itymrf 2kmdbyf 2lfufcrfh 2nbkmlf 3tvfnbrf 2pfafrf 2rcbv123
6ec 6rf 3fhjdf 6ys 2uyjkbz 2vfbgfgf 4gfgf 8z 4vskfhfve 2ylfhby 8rf 1g08k714 1ibrator 2cecity 3toire
5ria 81 6y1 2ewsoni 8c 2gilant 2kings1 3toria 7ja 7y 8a 2ncent1 6zo 3eyard 2olator 4ence 5tta 7e
2per123 5gts 2rginia 7e 2scount 2ttoria 7o 2vahate 3itron 1jhjpjdf 3rjdrf 2qgfhjkm 2zctvmz 3gjxnf
1kontakte 1lad1995 76 77 47788 4imir 5slav 4vlad 1odafone 2ldemar 3ition 3kodav 4swag 8en 3leyba 8ll
3taire 3untee 3vo850 5s40 680 2nnegut 2vochka 2yager1 1qsablpzla 1sevolod 2jasnel12 1thctltc
2ufgjkbc 1w198m2n 1yjujnjxbt 0w1w2w3w4 18gkz2x1 1achtwoord 2ffenss 2llace1 4eye1 2nderer 3tsome
2papapa 2r3demo 3child 4raft 81 83 3eagle 4hous 3games 3hamme 8r 3lock1 3rior1 72 7s 3szawa 2sdwasd
3hburn 4ingt 8on 2tchdog 5ing 5men 3er123 5boy 5fal 8l 5loo 5man 6el 8on 5pol 8o 5ski 2vmanuk
1cksdypk 1dtnjxtr 1eare138 3ther1 2bhompas 9s 3maste 8r 3sol76 6utions 4ter1 7s 2dnesda 8y 2edhead
2lcome1 82 93 72 78 3kom01 3lcome 4done 4hung 4ingt 8on 4ness 2nef45313 2rewolf 3onika 3thvfy
2ssonnn 3tbrom 4coas 8t 4ern1 4gate 4ham1 4lake 5ife 4port 4side 4ward 5ind 5ood 2tlands 3pussy
1g8e3wjf 1hatever 81 4isit 4thefuck 7h 8ell 4what 2eaties 2iplash 3skers 6y1 4tler 3teboy 5dog 5out
5power 5sox 5wolf 4ney1 4tier 2ocares 3knows 3opass 3syourdaddy 2ytesha 1ildbill 5lue 4card 6t1 7s
4fire 4life 4man1 4roid 6se 4side 5tar 4thin 4west 5ood 3liam1 72 73 7s 2nchest 8er 3dmill 4ows1
4song 6r1 5tar 5urf 3field 3gchun 4zero 3ifred 3nipeg 3ston1 72 3ter01 611 72 699 4hrop 3xclub
2reless 2sconsi 8n 3hbone 4master 2thlove 1ladimir 1olfgang 4pack 4wolf 3verin 8e 9s 2nderboy 6fu 8l
6land 3kette 2odcock 4door 5uck 4land 6wn 4ruff 4side 6nk 5toc 8k 4ward 5ork 3fwoof 2rdpass 3kshop
3ldcup 3mwood 1p2003wp 1rangler 2est666 5ler 6in 8g 2inkle1 75 7s 1tpmjgda 1utang36 0x72jhhu3z
1access2 2kep1234 1boxlive 1country 1enocide 1sw21qaz 43edc 1thtgfirf 1xxxxxx1 1zsawq21 0yamahar1 76
4moto 2nkeemp 6s0 71 72 3ochka 3shi1982 2rdbird 3oslav 1brjkftdbx 1eahbaby 4yeah 3r2000 75 2s90125
3terda 8y 1fcntymrf 4z123 2gjktjy 2nfitymrf 1ingyang 1jdsqgfhjkm 5ujl 1odayoda 2gibear 2kohama
2rkshir 4town 2semite 2uandme 3rmama 4self 1qlgr667 2mbevgk 1tngfhjkz 2rhjvfyn 2yfdbcnm 1vtte545
1xkck878 1y5rbfsc 2yyyyy1 1zerman1 0z1234567 889 7z 2x2c3v4 8b5 1achary1 2nzibar 2q11qaz 42345 6wsx
5wsx 4xsw2 8cde3 3wsx123 6cde 3xswcde 2ragoza 4tustra 2sranec 2xscdvf 1cxfcnkbdf 1enit2011 2ppelin
2rocool 4zero 2syrmvu 1idane10 2gazaga 2ldjian 2mbabwe 2nedine 1oidberg 2lushka 2omzoom
1qjphsyf6ctifgu 1x123456 8789 2asqw12 2c12345 3asdqwe 9123 3v1234 4asdf 4b123 845 5n12 83 6m. 71 82
93 7m 4fdsa 4vcxz 1z123456 28807zpl 2zzzzz1
`
